import { dirname } from "node:path";
import process from "node:process";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { failureOf } from "../failure.ts";
import { journalPath, type StateValues } from "../journal/open-journal.ts";
import { projectFolder } from "../journal/project-folder.ts";
import { isJsonOutput } from "../output-arguments.ts";
import { createPaint, type Paint } from "../paint.ts";
import { terminalText } from "../terminal-text.ts";
import { terminalOf } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import type { Check, Finding } from "./check.ts";
import { serverFolder } from "../server-process/server-folder.ts";
import { checkClock } from "./check-clock.ts";
import { checkConfig } from "./check-config.ts";
import { checkDisk, checkModes } from "./check-folder.ts";
import { checkJournal, checkSqlite } from "./check-journal.ts";
import { checkRuntime } from "./check-runtime.ts";
import { checkServer } from "./check-server.ts";
import { checkWorkflows } from "./check-workflows.ts";

export interface DoctorValues extends StateValues {
  readonly output: string | undefined;
  readonly json: boolean;
}

interface Checked extends Finding {
  readonly name: string;
}

/** Looks at all that orchestr8 relies on. Exits with 1 when something does not work. */
export async function doctor(values: DoctorValues, context: CliContext): Promise<ExitCode> {
  const checked: Checked[] = [];
  // One after the other: two of them open the same file.
  for (const check of await checksOf(values, context)) checked.push({ name: check.name, ...(await find(check)) });
  const isSound = checked.every(({ status }) => status !== "fail");
  if (isJsonOutput(values)) writeJson(context.stdout, { ok: isSound, checks: checked });
  else {
    const { hasColours, hasUnicode } = terminalOf(context.stdout, context.env);
    context.stdout.write(render(checked, createPaint(hasColours), hasUnicode));
  }
  return isSound ? 0 : 1;
}

async function checksOf(values: DoctorValues, context: CliContext): Promise<readonly Check[]> {
  const path = await journalPath(values, context);
  const folder = dirname(path);
  return [
    checkRuntime(process.versions),
    checkSqlite,
    checkModes(folder),
    checkDisk(folder),
    checkJournal(path),
    checkClock(path, context.clock),
    checkWorkflows(await projectFolder(context.cwd), context),
    checkConfig(context),
    checkServer(await serverFolder(values, context)),
  ];
}

async function find(check: Check): Promise<Finding> {
  try {
    return await check.run();
  } catch (error) {
    const { message, fix } = failureOf(error);
    return { status: "fail", detail: message, ...(fix !== undefined && { fix }) };
  }
}

const marks = { ok: ["✓", "+", "green"], warn: ["!", "!", "yellow"], fail: ["✗", "x", "red"] } as const;

function render(checked: readonly Checked[], paint: Paint, hasUnicode: boolean): string {
  const width = Math.max(...checked.map(({ name }) => name.length));
  return checked
    .map(({ name, status, detail, fix }) => {
      const [unicode, ascii, look] = marks[status];
      const line = `${paint[look](hasUnicode ? unicode : ascii)} ${name.padEnd(width)}  ${terminalText(detail)}\n`;
      return fix === undefined ? line : `${line}${" ".repeat(width + 4)}fix: ${terminalText(fix)}\n`;
    })
    .join("");
}
