import { access, readFile, writeFile } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import type { JournalEntry } from "../../lib/engine/events.ts";
import { redactRecording } from "../../lib/engine/replay/redacted-recording.ts";
import type { Recording } from "../../lib/engine/replay/recording.ts";
import { isJsonObject } from "../../lib/json.ts";
import { CliError, usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { loadWorkflow } from "../load.ts";
import { workflowFiles } from "../workflow/workflow-files.ts";

/** A recording with what is known of it besides. */
export interface FoundRecording {
  readonly recording: Recording;
  /** Its entries as the journal shows them; none where there is no journal. */
  readonly shown: readonly JournalEntry[];
  /** The module that it was started from, if it was one. */
  readonly origin: string | undefined;
}

interface TestValues {
  readonly workflow: string | undefined;
  readonly force: boolean;
}

/**
 * Writes a test that fails when the workflow of a recording goes another way, and the recording beside it. Gives both names.
 *
 * @throws {CliError} when a file is there already and `force` is not, or nobody knows the workflow's file.
 */
export async function writeTest(
  file: string,
  { recording, shown, origin }: FoundRecording,
  { workflow, force }: TestValues,
  context: CliContext,
): Promise<readonly string[]> {
  if (!/\.test\.m?[jt]s$/.test(file)) {
    throw usageError(
      `Cannot write a test to "${file}": a test file ends in .test.ts`,
      `use "--to-test ${file}.test.ts"`,
    );
  }
  const kept = file.replace(/\.test\.m?[jt]s$/, ".recording.json");
  const { cwd } = context;
  if (!force) for (const name of [file, kept]) await refuseExisting(name, cwd);
  const tested = resolve(cwd, workflow ?? origin ?? (await fileOf(recording, cwd)));
  const { agents } = await loadWorkflow(tested, context, { anyAgent: true });
  const redacted = redactRecording(recording, agents, shown);
  const source = addressFrom(resolve(cwd, file), tested);
  await write(kept, `${JSON.stringify(redacted, undefined, 2)}\n`, force, cwd);
  await write(file, testOf(recording, source, addressFrom(resolve(cwd, file), resolve(cwd, kept))), force, cwd);
  return [file, kept];
}

function testOf({ workflow, executionId }: Recording, source: string, kept: string): string {
  const isModule = !source.endsWith(".json");
  const tested = isModule ? "workflow" : `new URL(${JSON.stringify(source)}, import.meta.url)`;
  const imports: readonly (readonly [names: string, module: string])[] = [
    ["{ test }", "bun:test"],
    ["{ readFileSync }", "node:fs"],
    ["{ replay }", "orchestr8/testing"],
    ...(isModule ? [["workflow", source] as const] : []),
  ];
  return `// Written by "orchestr8 replay ${executionId} --to-test". No agent is called: each gives what it gave then. When the
// workflow is meant to behave in another way now, write it again from an execution that does.
${imports.map(([names, module]) => `import ${names} from ${JSON.stringify(module)};`).join("\n")}

const recording = readFileSync(new URL(${JSON.stringify(kept)}, import.meta.url), "utf8");

test(${JSON.stringify(`${workflow.metadata.id} goes the way it went`)}, () => {
  replay(recording, { workflow: ${tested} });
});
`;
}

/** The one file of the project that holds the workflow. */
async function fileOf({ workflow }: Recording, cwd: string): Promise<string> {
  const found: string[] = [];
  for (const file of await workflowFiles(cwd)) {
    if (idIn(await readFile(resolve(cwd, file), "utf8")) === workflow.metadata.id) found.push(file);
  }
  const [file] = found;
  if (file !== undefined && found.length === 1) return file;
  const state = file === undefined ? "no .o8.json file here holds it" : `these hold it: ${found.join(", ")}`;
  throw usageError(`Cannot find the file of workflow "${workflow.metadata.id}": ${state}`, 'name it with "--workflow"');
}

function idIn(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    const metadata = isJsonObject(document) ? document["metadata"] : undefined;
    return isJsonObject(metadata) ? metadata["id"] : undefined;
  } catch {
    // A file that is no JSON holds no workflow.
    return undefined;
  }
}

async function refuseExisting(file: string, cwd: string): Promise<void> {
  const isThere = await access(resolve(cwd, file)).then(
    () => true,
    () => false,
  );
  if (isThere)
    throw new CliError("FILE", `Cannot write "${file}": there is such a file already`, { fix: 'use "--force"' });
}

async function write(file: string, text: string, force: boolean, cwd: string): Promise<void> {
  try {
    await writeFile(resolve(cwd, file), text, { flag: force ? "w" : "wx" });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "it cannot be opened";
    throw new CliError("FILE", `Cannot write "${file}": ${code}`, { cause });
  }
}

/** A file as a module beside `from` names it. */
function addressFrom(from: string, file: string): string {
  const way = relative(dirname(from), file).replaceAll(sep, "/");
  return way.startsWith("../") ? way : `./${way}`;
}
