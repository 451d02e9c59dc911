import { existsSync } from "node:fs";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { projectFolder } from "../journal/project-folder.ts";
import { createPaint } from "../paint.ts";
import { type Cell, renderTable } from "../render-table.ts";
import { terminalText } from "../terminal-text.ts";
import { terminalOf } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import { projectConfigFile, userConfigFile } from "./config-files.ts";
import { settingAt } from "./flatten-config.ts";
import type { Origin } from "./origin.ts";
import { readConfig } from "./read-config.ts";
import { resolveSettings } from "./resolve-settings.ts";
import type { ConfigValues } from "./config-values.ts";
import { settingText } from "./setting-value.ts";
import { type AnySettingValue, type SettingKey, settingKeys } from "./settings.ts";

interface Shown {
  readonly key: SettingKey;
  readonly value: AnySettingValue | undefined;
  readonly origin: Pick<Origin, "layer" | "place"> | undefined;
}

type Where = Pick<ConfigValues, "user" | "project" | "json">;

/** Every setting, or with `--user` or `--project` those of that file. */
export async function listSettings(where: Where, context: CliContext): Promise<ExitCode> {
  const { stdout, env } = context;
  const shown = await read(where, context);
  if (where.json) {
    writeJson(stdout, {
      settings: shown.map(({ key, value = null, origin }) => ({
        key,
        value,
        layer: origin?.layer,
        place: origin?.place,
      })),
    });
    return 0;
  }
  const rows = shown.map(({ key, value, origin }): readonly Cell[] => [
    [key],
    value === undefined ? ["-", "dim"] : [terminalText(settingText(value))],
    [terminalText(origin?.place ?? ""), "dim"],
  ]);
  const paint = createPaint(terminalOf(stdout, env).hasColours);
  stdout.write(rows.length === 0 ? "No settings\n" : renderTable(["SETTING", "VALUE", "FROM"], rows, paint));
  return 0;
}

/** One value alone; nothing, and exit code 1, where it has none. */
export async function getSetting(name: string, where: Where, context: CliContext): Promise<ExitCode> {
  const key = settingAt(name, "the command line");
  const found = (await read(where, context)).find((one) => one.key === key);
  if (where.json) {
    writeJson(context.stdout, {
      key,
      value: found?.value ?? null,
      layer: found?.origin?.layer,
      place: found?.origin?.place,
    });
  } else if (found?.value !== undefined) context.stdout.write(`${terminalText(settingText(found.value))}\n`);
  return found?.value === undefined ? 1 : 0;
}

async function read({ user, project }: Where, context: CliContext): Promise<readonly Shown[]> {
  if (user) return await readFileAlone(userConfigFile(context), "user", context);
  if (project) {
    const file = await projectConfigFile(await projectFolder(context.cwd));
    return await readFileAlone(file, "project", context);
  }
  const settings = await resolveSettings({}, context);
  return settingKeys.map((key) => ({ key, value: settings.get(key), origin: settings.origin(key) }));
}

async function readFileAlone(
  file: string | undefined,
  layer: "project" | "user",
  context: CliContext,
): Promise<readonly Shown[]> {
  if (file === undefined || !existsSync(file)) return [];
  const values = await readConfig(file, layer, context);
  return [...values].map(([key, { value, origin }]) => ({ key, value, origin }));
}
