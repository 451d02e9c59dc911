import { resolve } from "node:path";
import type { CliContext } from "../context.ts";
import type { Origin } from "./origin.ts";
import type { LayerValues, Said } from "./read-config.ts";
import { type Configured, readLayers } from "./read-layers.ts";
import { checkSetting, isList, pairsOf, settingFromText } from "./setting-value.ts";
import { type AnySettingValue, type SettingKey, settingKeys, settingOf, type SettingValue } from "./settings.ts";

/** Values of flags by name, as a command has them. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** What every setting is worth, and why. */
export interface Settings {
  /** Paths are absolute. Undefined where nobody said and there is no default. */
  get<Key extends SettingKey>(key: Key): SettingValue<Key>;
  /** Where the value was said; of several that add up, the strongest. */
  origin(key: SettingKey): Origin;
  /** The project's folder, absolute. */
  readonly folder: string;
  /** The project's config, absolute, if it has one. */
  readonly configFile: string | undefined;
}

/**
 * The one truth over flags, environment, project, user and defaults, in this order. `values` are those of a command; names
 * that belong to no setting are left alone.
 *
 * @throws {CliError} that names the place of the first value that cannot be.
 */
export async function resolveSettings(values: FlagValues, context: CliContext): Promise<Settings> {
  const envFile = values["env-file"];
  const configured = await readLayers(typeof envFile === "string" ? envFile : undefined, context);
  return settingsFrom(configured, readFlags(values, context));
}

/** The settings of layers that were read before. */
export function settingsFrom({ folder, configFile, layers }: Configured, flags: LayerValues = new Map()): Settings {
  const resolved = new Map(
    settingKeys.map((key) => [key, resolveOne(key, [flags, layers.environment, layers.project, layers.user], folder)]),
  );
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was checked by its own setting
    get: <Key extends SettingKey>(key: Key) => resolved.get(key)?.value as SettingValue<Key>,
    origin: (key) => resolved.get(key)?.origin ?? defaultOrigin(folder),
    folder,
    configFile,
  };
}

/** `layers` come with the strongest first. */
function resolveOne(
  key: SettingKey,
  layers: readonly LayerValues[],
  folder: string,
): { readonly value: AnySettingValue | undefined; readonly origin: Origin } {
  const { fallback, addsUp = false } = settingOf(key);
  const said = layers.flatMap((layer) => layer.get(key) ?? []);
  const [nearest] = said;
  if (nearest === undefined) return { value: fallback, origin: defaultOrigin(folder) };
  const value = addsUp ? addUp(said.map((one) => one.value).toReversed()) : absolute(key, nearest);
  return { value, origin: nearest.origin };
}

function defaultOrigin(folder: string): Origin {
  return { layer: "default", place: "default", folder };
}

/** The value of a setting with its path, if it is one, made absolute. */
export function absolute(key: SettingKey, { value, origin }: Said): AnySettingValue {
  const isPath = settingOf(key).type.kind.startsWith("path");
  return isPath && typeof value === "string" ? resolve(origin.folder, value) : value;
}

/** The strongest comes last, where it beats the others. */
function addUp(values: readonly AnySettingValue[]): AnySettingValue {
  if (values.every(isList)) return values.flat();
  return Object.assign({}, ...values);
}

function readFlags(values: FlagValues, { cwd }: CliContext): LayerValues {
  const flags = new Map<SettingKey, Said>();
  for (const key of settingKeys) {
    const { flag } = settingOf(key);
    const given = flag === undefined ? undefined : values[flag];
    if (flag === undefined || given === undefined || given === false || isEmpty(given)) continue;
    const origin = { layer: "flag", place: `--${flag}`, folder: cwd } as const;
    flags.set(key, { value: checkSetting(key, fromFlag(key, given), origin), origin });
  }
  return flags;
}

function fromFlag(key: SettingKey, given: unknown): unknown {
  if (typeof given === "string") return settingFromText(key, given);
  const isPairs = settingOf(key).type.kind === "secrets";
  return isPairs && Array.isArray(given) ? pairsOf(given.map(String)) : given;
}

function isEmpty(given: unknown): boolean {
  return Array.isArray(given) && given.length === 0;
}
