import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { findNodeAtLocation, getNodeValue, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import { importInTime } from "../import-in-time.ts";
import { moduleError } from "../module-error.ts";
import { shownPath } from "../shown-path.ts";
import { flattenConfig, type Locate } from "./flatten-config.ts";
import type { Origin } from "./origin.ts";
import { checkSetting } from "./setting-value.ts";
import type { AnySettingValue, SettingKey } from "./settings.ts";

/** A checked value, and where it was said. */
export interface Said {
  readonly value: AnySettingValue;
  readonly origin: Origin;
}

/** What one layer says. */
export type LayerValues = ReadonlyMap<SettingKey, Said>;

/**
 * Reads a config and checks all of it.
 *
 * @throws {CliError} that names file and line, or key, of the first thing that is wrong.
 */
export async function readConfig(
  path: string,
  layer: "project" | "user",
  context: Pick<CliContext, "cwd" | "clock">,
): Promise<LayerValues> {
  const { config, locate } = path.endsWith(".json") ? await readJson(path, context) : await readModule(path, context);
  const values = new Map<SettingKey, Said>();
  for (const [key, value] of flattenConfig(config, locate, layer)) {
    const origin = { layer, place: locate(key.split(".")), folder: dirname(path) };
    values.set(key, { value: checkSetting(key, value, origin), origin });
  }
  return values;
}

interface ReadConfig {
  readonly config: unknown;
  readonly locate: Locate;
}

/** JSON with comments: it is written by people. */
async function readJson(path: string, { cwd }: Pick<CliContext, "cwd">): Promise<ReadConfig> {
  const name = shownPath(path, cwd);
  const text = await readFile(path, "utf8");
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined || tree === undefined) {
    const place = `${name}:${lineAt(text, error?.offset ?? 0)}`;
    const reason = error === undefined ? "it is empty" : `it is no JSON (${printParseErrorCode(error.error)})`;
    throw new CliError("CONFIG", `Cannot read ${place}: ${reason}`);
  }
  const config: unknown = getNodeValue(tree);
  const locate: Locate = (at) => {
    const node = findNodeAtLocation(tree, [...at]);
    return node === undefined ? name : `${name}:${lineAt(text, (node.parent ?? node).offset)}`;
  };
  return { config, locate };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

async function readModule(path: string, { cwd, clock }: Pick<CliContext, "cwd" | "clock">): Promise<ReadConfig> {
  const name = shownPath(path, cwd);
  try {
    const module = await importInTime(path, clock);
    if ("default" in module) return { config: module["default"], locate: () => name };
  } catch (cause) {
    const { reason, place } = moduleError(cause, cwd);
    const at = place === undefined ? "" : `, at ${place}`;
    throw new CliError("CONFIG", `Cannot read ${name}: ${reason}${at}`, { cause });
  }
  throw new CliError("CONFIG", `Cannot read ${name}: it has no default export`, {
    fix: "write export default defineConfig({ … })",
  });
}
