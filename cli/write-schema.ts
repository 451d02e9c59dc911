import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { workflowSchema } from "../dsl/format/workflow-schema.ts";
import { CliError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import type { ExitCode } from "./exit.ts";
import { createMessages } from "./messages.ts";
import { terminalText } from "./terminal-text.ts";
import { writeJson } from "./write-json.ts";

const states: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder",
  EACCES: "it may not be written",
  EEXIST: "there is a file where its folder should be",
  ENOTDIR: "there is a file where its folder should be",
};

/** Writes the schema of the file format to stdout, or to a file in place of what is there. */
export async function writeSchema(file: string | undefined, context: CliContext): Promise<ExitCode> {
  if (file === undefined) {
    writeJson(context.stdout, workflowSchema());
    return 0;
  }
  const path = resolve(context.cwd, file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(workflowSchema(), null, 2)}\n`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "it cannot be opened";
    throw new CliError("FILE", `Cannot write the schema to "${file}": ${states[code] ?? code}`, { cause: error });
  }
  createMessages(context).log(`${terminalText(file)} written`);
  return 0;
}
