import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { projectFolder } from "../journal/project-folder.ts";
import { shownPath } from "../shown-path.ts";
import { writeJson } from "../write-json.ts";
import { projectConfigFile, userConfigFile } from "./config-files.ts";
import { type ConfigEdit, editConfig } from "./edit-config.ts";
import { settingAt } from "./flatten-config.ts";
import type { ConfigValues } from "./config-values.ts";
import { checkSetting, settingFromText } from "./setting-value.ts";
import type { AnySettingValue, SettingKey } from "./settings.ts";

export type ConfigChange =
  | { readonly kind: "set"; readonly key: string; readonly text: string }
  | { readonly kind: "unset"; readonly key: string }
  | { readonly kind: "reset" };

const onlyForTheUser = 0o600;
const asUsual = 0o644;

/** Changes the project's JSON config, or with `--user` the user's. */
export async function changeConfig(
  change: ConfigChange,
  { user, json }: Pick<ConfigValues, "user" | "json">,
  context: CliContext,
): Promise<ExitCode> {
  const layer = user ? "user" : "project";
  const checked = check(change, layer);
  const file = user ? requireUserFile(context) : await projectFile(context);
  const name = shownPath(file, context.cwd);
  if (!file.endsWith(".json")) throw isCode(name, checked);
  const edits = await editsOf(checked, file);
  if (edits.length > 0) await editConfig(file, edits, { name, mode: user ? onlyForTheUser : asUsual });
  const keys = edits.map(([path]) => path.join("."));
  if (json) writeJson(context.stdout, { file, changed: keys });
  else
    context.stderr.write(`${keys.length === 0 ? "Nothing to change in" : `${keys.join(", ")}: changed in`} ${name}\n`);
  return 0;
}

type CheckedChange =
  | { readonly kind: "set"; readonly key: SettingKey; readonly value: AnySettingValue }
  | { readonly kind: "unset"; readonly key: string }
  | { readonly kind: "reset" };

/** What was misspelt in a file must be removable, so that `unset` takes any key. */
function check(change: ConfigChange, layer: "project" | "user"): CheckedChange {
  if (change.kind !== "set") return change;
  const place = "the command line";
  const key = settingAt(change.key, place, layer);
  return { kind: "set", key, value: checkSetting(key, settingFromText(key, change.text), { place }) };
}

async function editsOf(change: CheckedChange, file: string): Promise<readonly ConfigEdit[]> {
  if (change.kind === "set") return [[change.key.split("."), change.value]];
  if (!existsSync(file)) return [];
  const config: unknown = parse(await readFile(file, "utf8"), [], { allowTrailingComma: true });
  if (change.kind === "reset") return keysOf(config).map((key) => [[key], undefined]);
  const path = change.key.split(".");
  return hasPath(config, path) ? [[path, undefined]] : [];
}

function keysOf(config: unknown): readonly string[] {
  return typeof config === "object" && config !== null ? Object.keys(config).filter((key) => key !== "$schema") : [];
}

function hasPath(config: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (typeof config !== "object" || config === null || !Object.hasOwn(config, key)) return false;
  return hasPath(Reflect.get(config, key), rest);
}

async function projectFile({ cwd }: CliContext): Promise<string> {
  const folder = await projectFolder(cwd);
  return (await projectConfigFile(folder)) ?? join(folder, "orchestr8.config.json");
}

function requireUserFile(context: CliContext): string {
  const file = userConfigFile(context);
  if (file !== undefined) return file;
  throw new CliError("CONFIG", "Cannot find your own settings: neither XDG_CONFIG_HOME nor HOME is set");
}

/** Code is changed by those who wrote it. */
function isCode(name: string, change: CheckedChange): CliError {
  return new CliError("CONFIG", `Cannot change ${name}: it is code, which only its authors change`, {
    fix: fixIn(change),
  });
}

function fixIn(change: CheckedChange): string {
  switch (change.kind) {
    case "set":
      return `write ${line(change.key.split("."), change.value)} in it`;
    case "unset":
      return `remove "${change.key}" from it`;
    case "reset":
      return "remove from it what is not wanted";
  }
}

function line([key = "", ...rest]: readonly string[], value: AnySettingValue): string {
  return `${key}: ${rest.length === 0 ? JSON.stringify(value) : `{ ${line(rest, value)} }`}`;
}
