import type { Argument, ArgumentsDef } from "../argument.ts";
import type { CommandEntry } from "../command-entry.ts";

/** What may stand for a word of a command line. */
export interface Completion {
  readonly text: string;
  readonly description?: string;
}

/** What stands in a place that only the machine knows, beginning as `typed` does. */
export type Places = (kind: "workflow" | "execution" | "file", typed: string) => Promise<readonly Completion[]>;

/**
 * What may stand in place of the last of `words`, which is as much of it as was typed. The words before it are the command
 * line after the name of the program.
 */
export async function completeWords(
  words: readonly string[],
  commands: readonly CommandEntry[],
  places: Places,
): Promise<readonly Completion[]> {
  const typed = words.at(-1) ?? "";
  const found = await candidates(words.slice(0, -1), typed, commands, places);
  return found.filter(({ text }) => text.startsWith(typed));
}

async function candidates(
  before: readonly string[],
  typed: string,
  commands: readonly CommandEntry[],
  places: Places,
): Promise<readonly Completion[]> {
  const [name, ...rest] = before;
  if (name === undefined) return commandNames(commands);
  if (name === "help") return rest.length === 0 ? commandNames(commands) : [];
  const entry = commands.find((candidate) => candidate.name === name || candidate.alias === name);
  if (entry === undefined) return [];
  const command = await entry.load();
  const flag = flagBefore(rest, command.arguments);
  if (flag !== undefined) return await valuesOf(flag, typed, places);
  if (typed.startsWith("--") && typed.includes("=")) return await inlineValues(typed, command.arguments, places);
  if (typed.startsWith("-")) return flagsOf(command.arguments, rest);
  const place = nextPlace(rest, command.arguments);
  return place === undefined ? [] : await valuesOf(place, typed, places);
}

function commandNames(commands: readonly CommandEntry[]): readonly Completion[] {
  return [
    ...commands.map(({ name, summary }) => ({ text: name, description: summary })),
    ...commands.flatMap(({ alias, summary }) => (alias === undefined ? [] : [{ text: alias, description: summary }])),
    { text: "help", description: "Show the help of a command" },
    { text: "version", description: "Print the version" },
  ];
}

/** The flag that the word before asks a value for. */
function flagBefore(words: readonly string[], definitions: ArgumentsDef): Argument | undefined {
  const last = words.at(-1) ?? "";
  if (!last.startsWith("-") || last.includes("=")) return undefined;
  return Object.entries(definitions).find(
    ([name, { type, alias }]) =>
      type !== "boolean" && type !== "positional" && (last === `--${name}` || last === `-${alias}`),
  )?.[1];
}

function flagsOf(definitions: ArgumentsDef, given: readonly string[]): readonly Completion[] {
  const flags = Object.entries(definitions).filter(([, { type }]) => type !== "positional");
  const left = flags.filter(([name, { repeatable }]) => repeatable === true || !isGiven(name, given));
  return [
    ...left.map(([name, { description }]) => ({ text: `--${name}`, description })),
    { text: "--help", description: "Show the help of this command" },
  ];
}

function isGiven(name: string, given: readonly string[]): boolean {
  return given.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
}

async function inlineValues(typed: string, definitions: ArgumentsDef, places: Places): Promise<readonly Completion[]> {
  const at = typed.indexOf("=");
  const name = typed.slice(2, at);
  const definition = definitions[name];
  if (definition === undefined) return [];
  const values = await valuesOf(definition, typed.slice(at + 1), places);
  return values.map(({ text }) => ({ text: `--${name}=${text}` }));
}

async function valuesOf(
  { options, valueHint, completes }: Argument,
  typed: string,
  places: Places,
): Promise<readonly Completion[]> {
  if (options !== undefined) return options.map((text) => ({ text }));
  const kind = completes ?? (valueHint === "file" || valueHint === "folder" ? "file" : undefined);
  return kind === undefined ? [] : await places(kind, typed);
}

/** What the next word that is no flag stands for. */
function nextPlace(words: readonly string[], definitions: ArgumentsDef): Argument | undefined {
  const places = Object.values(definitions).filter(({ type }) => type === "positional");
  const last = places.at(-1);
  return places[countPlaces(words, definitions)] ?? (last?.repeatable === true ? last : undefined);
}

function countPlaces(words: readonly string[], definitions: ArgumentsDef): number {
  return words.filter(
    (word, index) => !word.startsWith("-") && flagBefore(words.slice(0, index), definitions) === undefined,
  ).length;
}
