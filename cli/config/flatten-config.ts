import { nearest } from "../../dsl/nearest.ts";
import { CliError } from "../cli-error.ts";
import { isSettingKey, type SettingKey, settingKeys, settingOf } from "./settings.ts";

/** Says where a key stands, for people. */
export type Locate = (path: readonly string[]) => string;

/**
 * The settings that a config names, with what it says to each.
 *
 * @throws {CliError} for what is no setting, with the nearest one.
 */
export function flattenConfig(config: unknown, locate: Locate, layer: "project" | "user"): Map<SettingKey, unknown> {
  const found = new Map<SettingKey, unknown>();
  const read = (value: unknown, path: readonly string[]): void => {
    if (!isRecord(value)) {
      const subject = path.length === 0 ? "" : `"${path.join(".")}" from `;
      throw new CliError("CONFIG", `Cannot use ${subject}${locate(path)}: it must be an object of settings`);
    }
    for (const [name, item] of Object.entries(value)) {
      const below = [...path, name];
      const key = below.join(".");
      if (item === undefined || key === "$schema") continue;
      if (isGroup(key)) read(item, below);
      else found.set(settingAt(key, locate(below), layer), item);
    }
  };
  read(config, []);
  return found;
}

/**
 * The setting of a key that somebody wrote.
 *
 * @throws {CliError} that suggests the nearest one.
 */
export function settingAt(key: string, place: string, layer?: "project" | "user"): SettingKey {
  if (!isSettingKey(key)) {
    const near = nearest(key, settingKeys) ?? settingKeys.find((known) => known.endsWith(`.${key}`));
    const fix = near === undefined ? 'see "orchestr8 config list"' : `use "${near}"`;
    throw new CliError("CONFIG", `Cannot use "${key}" from ${place}: there is no such setting`, { fix });
  }
  if (layer === "user" && settingOf(key).ofProject === true) {
    throw new CliError("CONFIG", `Cannot use "${key}" from ${place}: only a project can say it`, {
      fix: 'move it to the "orchestr8.config.ts" of the project',
    });
  }
  return key;
}

function isGroup(key: string): boolean {
  return settingKeys.some((known) => known.startsWith(`${key}.`));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
