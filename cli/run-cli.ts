import { version } from "../lib/version.ts";
import { commandTable } from "./command-table.ts";
import { isConfigured } from "./config/is-configured.ts";
import type { CliContext } from "./context.ts";
import type { ExitCode } from "./exit.ts";
import { findCommand } from "./find-command.ts";
import { renderCommandHelp, renderHelp } from "./help.ts";
import { usageError } from "./cli-error.ts";

/**
 * Runs a command line and says how the process should exit. Never rejects: a failure is reported, as one JSON document
 * on stdout when that was asked for.
 */
export async function runCli(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    const { reportFailure } = await import("./report-failure.ts");
    return await reportFailure(error, { isJson: asksForJson(argv) || (await isSetToJson(argv, context)), context });
  }
}

async function dispatch([name, ...rest]: readonly string[], context: CliContext): Promise<ExitCode> {
  if (name === undefined) {
    context.stderr.write(renderHelp(commandTable));
    return 2;
  }
  if (name === "help" || isHelp(name)) return await help(withoutHelp(rest), context);
  if (name === "version" || name === "--version" || name === "-v") return printVersion(rest, context);
  if (name.startsWith("-")) throw usageError(`Cannot understand "${name}": a command comes first`, "see --help");
  if (beforeDashes(rest).some(isHelp)) return await help([name], context);
  const command = await findCommand(name).load();
  return await command.run(rest, context);
}

async function help([name, ...rest]: readonly string[], { stdout }: CliContext): Promise<ExitCode> {
  refuse(rest);
  if (name === undefined) {
    stdout.write(renderHelp(commandTable));
    return 0;
  }
  const entry = findCommand(name);
  stdout.write(renderCommandHelp(entry, await entry.load()));
  return 0;
}

function printVersion(rest: readonly string[], { stdout }: CliContext): ExitCode {
  refuse(rest);
  stdout.write(`${version}\n`);
  return 0;
}

function refuse([extra]: readonly string[]): void {
  if (extra !== undefined) throw usageError(`Cannot understand "${extra}": nothing may follow here`, "see --help");
}

function isHelp(argument: string): boolean {
  return argument === "--help" || argument === "-h";
}

function withoutHelp(words: readonly string[]): readonly string[] {
  return words.filter((word) => !isHelp(word));
}

/** Looks at the words, because a command line that cannot be parsed is reported in the same form as anything else. */
function asksForJson(argv: readonly string[]): boolean {
  const words = beforeDashes(argv);
  return words.some(
    (word, index) =>
      word === "--json" || word === "--output=json" || (word === "--output" && words[index + 1] === "json"),
  );
}

/** Whether a command that gives results was configured to give JSON. */
async function isSetToJson(argv: readonly string[], context: CliContext): Promise<boolean> {
  if (beforeDashes(argv).some((word) => word.startsWith("--output"))) return false;
  try {
    if (!(await isConfigured(context))) return false;
    const command = await findCommand(argv[0] ?? "").load();
    if (command.arguments["output"]?.setting !== "output") return false;
    const { resolveSettings } = await import("./config/resolve-settings.ts");
    return (await resolveSettings({}, context)).get("output") === "json";
  } catch {
    // What is wrong with the command or the configuration is what is being reported.
    return false;
  }
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end === -1 ? argv : argv.slice(0, end);
}
