import type { JsonReading } from "../dsl/json-reader.ts";
import { isSound, jsonLimits, parseJson } from "../dsl/sound-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { readText } from "./read-text.ts";

export interface InputArguments {
  /** `key=value` pairs, which win over a document's keys. */
  readonly pairs: readonly string[];
  readonly file: string | undefined;
  readonly isOnStdin: boolean;
}

/** What the workflow reads as `${input.…}`. Nothing given is an empty object. */
export async function readInput(
  { pairs, file, isOnStdin }: InputArguments,
  context: Pick<CliContext, "cwd" | "stdin">,
): Promise<JsonValue> {
  const own = await readPairs(pairs);
  if (file !== undefined && isOnStdin) {
    throw usageError('Cannot read the input: it comes from both "--input-file" and "-"', "keep one of them");
  }
  if (file === undefined && !isOnStdin) return own;
  const source = file === undefined ? "stdin" : `"${file}"`;
  const text = file === undefined ? await readStdin(context.stdin) : await readText(file, context.cwd);
  const document = await readDocument(`the input from ${source}`, text);
  if (pairs.length === 0) return document;
  if (!isJsonObject(document)) {
    throw usageError(`Cannot add "--input" to the input from ${source}: that is no JSON object`);
  }
  return Object.fromEntries([...Object.entries(document), ...Object.entries(own)]);
}

async function readPairs(pairs: readonly string[]): Promise<JsonObject> {
  const values = new Map<string, JsonValue>();
  for (const pair of pairs) {
    const split = pair.indexOf("=");
    if (split < 1) throw usageError('Cannot read "--input": it must be key=value', 'write "--input name=Ada"');
    const key = pair.slice(0, split);
    if (values.has(key)) throw usageError(`Cannot read "--input": "${key}" is given twice`);
    values.set(key, await jsonOrText(pair.slice(split + 1)));
  }
  return Object.fromEntries(values);
}

/** Text that JSON would hold only with a loss, such as a number of 20 digits, stays text. */
async function jsonOrText(text: string): Promise<JsonValue> {
  const parsed = parseJson(text);
  if (parsed === undefined || isSound(parsed, text)) return parsed === undefined ? text : parsed;
  const { value, problems } = await readJson(text);
  return value === undefined || problems.length > 0 ? text : value;
}

/** @throws {CliError} that names `subject` when the text is no strict JSON. `hint` is the fix where the reader knows none. */
export async function readDocument(subject: string, text: string, hint?: string): Promise<JsonValue> {
  const { value, problems } = await readJson(text);
  const [problem] = problems;
  if (value === undefined || problem !== undefined) {
    throw usageError(`Cannot read ${subject}: ${problem?.message ?? "it is not JSON"}`, problem?.fix ?? hint);
  }
  return value;
}

/** Most calls give no JSON that needs a closer look. */
async function readJson(text: string): Promise<JsonReading> {
  const reader = await import("../dsl/json-reader.ts");
  return reader.readJson(text);
}

/** Stops at the size that no input may have, so that an endless stream cannot fill the memory. */
export async function readStdin(stdin: CliContext["stdin"]): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stdin) {
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length > jsonLimits.maxBytes) break;
  }
  return text + decoder.decode();
}
