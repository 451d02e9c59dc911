import { version } from "../lib/version.ts";
import type { CommandEntry } from "./command-entry.ts";
import type { Argument } from "./argument.ts";
import type { Command, Example } from "./command.ts";
import { exitCodes } from "./exit.ts";

const examples: readonly Example[] = [
  ["orchestr8 run greet.o8.json --input name=Ada", "run a workflow and watch it"],
  ["orchestr8 validate workflows/*.o8.json", "find every mistake before anything runs"],
  ["orchestr8 inspect latest", "see what it did, also from another terminal"],
  ["orchestr8 resume --all", "go on after a crash"],
  ["orchestr8 serve --port 8088", "take workflows over HTTP"],
];

const always: readonly Example[] = [
  ["help [command]", "Show this, or the help of a command"],
  ["version", "Print the version"],
];

/** The help of the program. */
export function renderHelp(commands: readonly CommandEntry[]): string {
  return sections([
    [`orchestr8 ${version} (short: o8)`, ["Run workflows of agents, HTTP calls and model calls, and lose nothing."]],
    ["Examples", columns(examples)],
    [
      "Commands",
      columns([...commands.map(({ usage, summary, alias }): Example => [usage, withAlias(summary, alias)]), ...always]),
    ],
    [
      "Flags",
      columns([
        ["-h, --help", "help, also of a command"],
        ["-v, --version", "the version"],
      ]),
    ],
    exitCodeSection(),
  ]);
}

/** The help of one command. */
export function renderCommandHelp({ usage, alias }: CommandEntry, command: Command): string {
  const flags = Object.entries(command.arguments).filter(([, { type }]) => type !== "positional");
  const places = Object.entries(command.arguments).filter(([, { type }]) => type === "positional");
  const groups = [...new Set(flags.map(([, { group = "Flags" }]) => group))];
  return sections([
    [`orchestr8 ${usage}${flags.length === 0 ? "" : " [flags]"}`, [withAlias(command.description, alias)]],
    ["Examples", columns(command.examples)],
    ["Arguments", columns(places.map(([name, { description }]) => [`<${name}>`, description]))],
    ...groups.map((group): Section => [
      group,
      columns(
        flags.filter(([, flag]) => (flag.group ?? "Flags") === group).map(([name, flag]) => describeFlag(name, flag)),
      ),
    ]),
    exitCodeSection(),
  ]);
}

type Section = readonly [title: string, lines: readonly string[]];

function sections(all: readonly Section[]): string {
  return all
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${[title, ...lines.map((line) => `  ${line}`)].join("\n")}\n`)
    .join("\n");
}

function exitCodeSection(): Section {
  return ["Exit codes", Object.entries(exitCodes).map(([code, meaning]) => `${code.padStart(3)}  ${meaning}`)];
}

function describeFlag(name: string, flag: Argument): Example {
  const { type, alias, valueHint, options, description, repeatable } = flag;
  const short = alias === undefined ? "" : `-${alias}, `;
  const hint = type === "boolean" ? "" : ` <${options?.join("|") ?? valueHint ?? "value"}>`;
  return [`${short}--${name}${hint}`, repeatable === true ? `${description} (repeatable)` : description];
}

function withAlias(text: string, alias: string | undefined): string {
  return alias === undefined ? text : `${text} (alias: ${alias})`;
}

function columns(rows: readonly Example[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`.trimEnd());
}
