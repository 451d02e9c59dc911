import { parseArgs as tokenize } from "node:util";
import { parseArgs, type ArgsDef } from "citty";
import { nearest } from "../dsl/nearest.ts";
import { usageError } from "./cli-error.ts";
import type { Argument, ArgumentsDef } from "./argument.ts";

/** The values of arguments by name. A repeatable one is an array, empty when it was not given. */
export type ArgumentValues<Arguments extends ArgumentsDef> = {
  readonly [Name in keyof Arguments]: ValueOf<Arguments[Name]>;
};

type ValueOf<Definition extends Argument> = Definition extends { readonly repeatable: true }
  ? readonly string[]
  : Definition extends { readonly type: "boolean" }
    ? boolean
    : Definition extends { readonly type: "enum"; readonly options: readonly (infer Option)[] }
      ? Option | undefined
      : Definition extends { readonly required: true }
        ? string
        : string | undefined;

type Named = readonly [name: string, definition: Argument];

interface Given {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/**
 * Parses strictly: citty alone would take unknown flags, let them swallow the next word, and keep only the last value of
 * a repeated one. What it gets to see is checked and spelled in one way.
 *
 * @throws {CliError} with the code `USAGE`.
 */
export function parseArguments<Arguments extends ArgumentsDef>(
  definitions: Arguments,
  rawArguments: readonly string[],
): ArgumentValues<Arguments> {
  const flags = Object.entries(definitions).filter(([, { type }]) => type !== "positional");
  const places = Object.entries(definitions).filter(([, { type }]) => type === "positional");
  const given = readTokens(flags, rawArguments);
  for (const [name, values] of given.flags) checkFlag(name, definitions[name], values);
  checkPositionals(places, given.positionals);
  const parsed = parseArgs(canonical(definitions, given), inCittysWords(definitions));
  const values = Object.entries(definitions).map(([name, { type, repeatable }]): readonly [string, unknown] => {
    if (repeatable === true && type === "positional") return [name, given.positionals.slice(places.length - 1)];
    if (repeatable === true) return [name, given.flags.get(name) ?? []];
    // citty would read "--no-auth" as the opposite of a flag "auth".
    return [name, type === "boolean" ? given.flags.has(name) : parsed[name]];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each entry was made from the definition of its name
  return Object.fromEntries(values) as ArgumentValues<Arguments>;
}

function readTokens(flags: readonly Named[], rawArguments: readonly string[]): Given {
  const { tokens } = tokenize({
    args: [...rawArguments],
    options: Object.fromEntries(
      flags.map(([name, { type, alias }]) => [
        name,
        {
          type: type === "boolean" ? ("boolean" as const) : ("string" as const),
          ...(alias !== undefined && { short: alias }),
        },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const definition = flags.find(([name]) => name === token.name)?.[1];
    if (definition === undefined) throw unknownFlag(token.rawName, flags);
    const value = valueOf(token, definition);
    const known = values.get(token.name);
    if (known === undefined) values.set(token.name, [value]);
    else known.push(value);
  }
  return { flags: values, positionals };
}

function unknownFlag(rawName: string, flags: readonly Named[]): Error {
  const near = nearest(
    rawName,
    flags.map(([name]) => `--${name}`),
  );
  return usageError(
    `Cannot understand "${rawName}": there is no such flag`,
    near === undefined ? "see --help" : `use "${near}"`,
  );
}

function valueOf(
  token: { readonly rawName: string; readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
  { type, valueHint = "value" }: Argument,
): string {
  const { rawName, value } = token;
  if (type === "boolean") {
    if (value === undefined) return "true";
    throw usageError(`Cannot use "${rawName}" with a value: it is a switch`, `write "${rawName}" alone`);
  }
  const looksLikeFlag = value !== undefined && token.inlineValue !== true && value.length > 1 && value.startsWith("-");
  if (value === undefined || looksLikeFlag) {
    throw usageError(`Cannot use "${rawName}": it needs a value`, `write "${rawName}=<${valueHint}>"`);
  }
  return value;
}

function checkFlag(name: string, definition: Argument | undefined, values: readonly string[]): void {
  if (values.length > 1 && definition?.repeatable !== true && definition?.type !== "boolean") {
    throw usageError(`Cannot use "--${name}" ${values.length} times: it has one value`);
  }
  if (definition?.type !== "enum" || definition.options === undefined) return;
  const { options } = definition;
  if (values.every((value) => options.includes(value))) return;
  const near = nearest(values[0] ?? "", options);
  const list = options.map((option) => `"${option}"`).join(", ");
  throw usageError(`Cannot use "--${name}": its value must be one of ${list}`, near && `write "--${name} ${near}"`);
}

function checkPositionals(places: readonly Named[], positionals: readonly string[]): void {
  const missing = places.slice(positionals.length).find(([, { required }]) => required === true);
  if (missing !== undefined) throw usageError(`Cannot run the command: it needs <${missing[0]}>`, "see --help");
  if (positionals.length <= places.length || places.at(-1)?.[1].repeatable === true) return;
  const extra = positionals[places.length];
  throw usageError(`Cannot understand "${extra}": the command takes no further argument`, "see --help");
}

/** What an enum may be is checked here, in our own words. */
function inCittysWords(definitions: ArgumentsDef): ArgsDef {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, { type, required = false }]) =>
      type === "positional" ? [name, { type, required }] : [name, { type: type === "boolean" ? type : "string" }],
    ),
  );
}

function canonical(definitions: ArgumentsDef, { flags, positionals }: Given): string[] {
  const spelled = [...flags].flatMap(([name, values]) =>
    definitions[name]?.type === "boolean" ? [`--${name}`] : values.map((value) => `--${name}=${value}`),
  );
  return [...spelled, "--", ...positionals];
}
