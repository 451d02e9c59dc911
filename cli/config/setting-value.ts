import * as v from "valibot";
import { isDuration } from "../../dsl/duration.ts";
import { isSecretName, isVariableName } from "../../dsl/declared-names.ts";
import { CliError } from "../cli-error.ts";
import type { Origin } from "./origin.ts";
import { type AnySettingValue, type SettingKey, settingOf, type SettingType } from "./settings.ts";

/**
 * A value as a setting may have it.
 *
 * @throws {CliError} that names the place it comes from.
 */
export function checkSetting(key: SettingKey, value: unknown, { place }: Pick<Origin, "place">): AnySettingValue {
  const { type } = settingOf(key);
  const result = v.safeParse(schemaOf(type), value);
  if (result.success) return result.output;
  // Whoever writes the secret itself where its variable belongs shall not see it here.
  const got = type.kind === "secrets" ? "" : `, got ${shown(value)}`;
  throw new CliError("CONFIG", `Cannot use "${key}" from ${place}: it must be ${wanted(type)}${got}`);
}

/** What a text, from a variable or a command line, says to a setting. What it cannot mean stays text, to be refused. */
export function settingFromText(key: SettingKey, text: string): unknown {
  const { type } = settingOf(key);
  switch (type.kind) {
    case "boolean":
      return { true: true, "1": true, false: false, "0": false }[text] ?? text;
    case "integer":
      return /^\d{1,15}$/.test(text) ? Number(text) : text;
    case "path or false":
      return text === "false" ? false : text;
    case "list":
    case "variables":
      return itemsOf(text);
    case "secrets":
      return pairsOf(itemsOf(text)) ?? text;
    default:
      return text;
  }
}

/** `name=value` texts as a record; undefined when one is none. */
export function pairsOf(items: readonly string[]): Readonly<Record<string, string>> | undefined {
  const pairs = items.map((item) => /^([^=]+)=(.+)$/.exec(item)?.slice(1));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pattern has two groups
  return pairs.every((pair) => pair !== undefined) ? (Object.fromEntries(pairs) as Record<string, string>) : undefined;
}

/** A value as one line of text. */
export function settingText(value: AnySettingValue): string {
  if (typeof value !== "object") return String(value);
  const items = isList(value) ? value : Object.entries(value).map(([name, text]) => `${name}=${text}`);
  return items.join(", ");
}

/** Commas inside of braces belong to a pattern. */
function itemsOf(text: string): readonly string[] {
  const items = text.match(/(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|[^,])+/g) ?? [];
  return items.map((item) => item.trim()).filter((item) => item !== "");
}

export function isList(value: AnySettingValue): value is readonly string[] {
  return Array.isArray(value);
}

function schemaOf(type: SettingType): v.GenericSchema<unknown, AnySettingValue> {
  const text = v.pipe(v.string(), v.nonEmpty());
  switch (type.kind) {
    case "boolean":
      return v.boolean();
    case "integer":
      return v.pipe(v.number(), v.integer(), v.minValue(type.min), v.maxValue(type.max));
    case "choice":
      return v.picklist(type.options);
    case "duration":
      return v.pipe(
        v.string(),
        v.check((value) => isDuration(value)),
      );
    case "text":
    case "path":
      return text;
    case "path or false":
      return v.union([text, v.literal(false)]);
    case "list":
      return v.array(text);
    case "variables":
      return v.array(v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}(?:=|$)/)));
    case "secrets":
      return v.record(
        v.pipe(
          v.string(),
          v.check((name) => isSecretName(name)),
        ),
        v.pipe(
          v.string(),
          v.check((variable) => isVariableName(variable)),
        ),
      );
  }
}

function wanted(type: SettingType): string {
  switch (type.kind) {
    case "boolean":
      return "true or false";
    case "integer":
      return `an integer from ${type.min} to ${type.max}`;
    case "choice":
      return `one of ${type.options.map((option) => `"${option}"`).join(", ")}`;
    case "duration":
      return 'a duration such as "500ms", "30s" or "5m"';
    case "text":
    case "path":
      return "text";
    case "path or false":
      return "text or false";
    case "list":
      return "a list of texts";
    case "variables":
      return 'a list of variables, as "NAME" or "NAME=value"';
    case "secrets":
      return "secrets and the variables that hold them, as name=VARIABLE";
  }
}

/** Short, and never more than a word of it: it may have been meant for another place. */
function shown(value: unknown): string {
  if (typeof value === "string") return value.length > 40 ? "a longer text" : JSON.stringify(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  return value === null ? "null" : `a value of type ${typeof value}`;
}
