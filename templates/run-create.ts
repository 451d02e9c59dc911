import { parseArgs } from "node:util";
import { visible } from "./quote.ts";
import { describeScaffold, scaffoldDocument } from "./report.ts";
import { scaffoldProject } from "./scaffold.ts";
import { ScaffoldError, type ScaffoldErrorCode } from "./scaffold-error.ts";
import { version } from "./version.ts";

/** The process as an argument. */
export interface CreateContext {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const help = `create-orchestr8 ${version}
Starts a project of orchestr8 in a folder that is new or empty.

Usage
  bun create orchestr8 <folder> [flags]
  npm create orchestr8 <folder> -- [flags]

Flags
  --name <name>  name of the package; default: that of the folder
  --dry-run      show what would be written
  --json         one JSON document on stdout, also on failure
  -h, --help     this
  -v, --version  the version
`;

/** As orchestr8 itself exits. */
const exitCodes: Readonly<Record<ScaffoldErrorCode, number>> = { USAGE: 2, FILE: 2, EXISTS: 7 };

/** Runs the command line and gives its exit code. */
export function runCreate(argv: readonly string[], context: CreateContext): number {
  try {
    return create(argv, context);
  } catch (error) {
    if (!(error instanceof ScaffoldError)) throw error;
    const { code, message, fix } = error;
    if (argv.includes("--json")) writeJson(context, { error: { code, message, ...(fix !== undefined && { fix }) } });
    else context.stderr.write(`error: ${message}\n${fix === undefined ? "" : `  fix: ${fix}\n`}`);
    return exitCodes[code];
  }
}

function create(argv: readonly string[], context: CreateContext): number {
  const { values, positionals } = parse(argv);
  if (values.help) return say(context, help);
  if (values.version) return say(context, `${version}\n`);
  const [folder, ...rest] = positionals;
  if (folder === undefined) throw usage("Cannot create project: it needs a folder");
  if (rest.length > 0) throw usage("Cannot create project: it goes into one folder");
  const { cwd } = context;
  const { name } = values;
  const scaffold = scaffoldProject(folder, { cwd, isDryRun: values["dry-run"], ...(name !== undefined && { name }) });
  if (values.json) writeJson(context, scaffoldDocument(scaffold, context));
  else {
    const { result, advice } = describeScaffold(scaffold, context);
    context.stdout.write(result);
    context.stderr.write(advice);
  }
  return 0;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        name: { type: "string" },
        "dry-run": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", short: "v", default: false },
      },
    });
  } catch (error) {
    // Its further sentences are about how to write such a thing for a program that takes it.
    const [reason = ""] = String(error instanceof Error ? error.message : error).split(". ");
    throw usage(`Cannot create project: ${visible(reason)}`);
  }
}

function usage(message: string): ScaffoldError {
  return new ScaffoldError("USAGE", message, "bun create orchestr8 my-app");
}

function say({ stdout }: CreateContext, text: string): number {
  stdout.write(text);
  return 0;
}

function writeJson({ stdout }: CreateContext, document: object): void {
  stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
