import type { ArgumentsDef } from "../argument.ts";
import type { CliContext } from "../context.ts";
import type { ArgumentValues } from "../parse-arguments.ts";
import type { Said } from "./read-config.ts";
import { readLayers } from "./read-layers.ts";
import { absolute, type FlagValues } from "./resolve-settings.ts";
import { isList, settingText } from "./setting-value.ts";
import { type AnySettingValue, type SettingKey, settingOf } from "./settings.ts";

/**
 * Gives arguments that the command line left out the values that environment and configs have for them, as if they had
 * been typed. Lists that add up begin with what is configured.
 *
 * @throws {CliError} that names the place of the first value that cannot be.
 */
export async function fillArguments<Arguments extends ArgumentsDef>(
  definitions: Arguments,
  values: ArgumentValues<Arguments>,
  context: CliContext,
): Promise<ArgumentValues<Arguments>> {
  const filled: Record<string, unknown> = { ...values };
  const envFile = filled["env-file"];
  const { layers } = await readLayers(typeof envFile === "string" ? envFile : undefined, context);
  const order = [layers.environment, layers.project, layers.user];
  for (const [name, { setting }] of Object.entries(definitions)) {
    if (setting === undefined) continue;
    const said = order.flatMap((layer) => layer.get(setting) ?? []);
    filled[name] = fill(setting, filled, name, said, context.env);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is put in is of the kind that a command line puts in
  return filled as ArgumentValues<Arguments>;
}

function fill(
  setting: SettingKey,
  given: FlagValues,
  name: string,
  said: readonly Said[],
  env: CliContext["env"],
): unknown {
  const value = given[name];
  const { type, addsUp = false, isOutOfPlace } = settingOf(setting);
  if (addsUp && Array.isArray(value)) {
    const configured = said.toReversed().flatMap((one) => textsOf(one.value));
    // A secret that is not there is missed by the workflows that read it, and not by all others.
    const there =
      type.kind === "secrets" ? configured.filter((text) => env[variableIn(text)] !== undefined) : configured;
    return [...there, ...value.map(String)];
  }
  const [nearest] = said;
  const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined;
  if (isGiven || nearest === undefined || isOutOfPlace?.(nearest.value, given) === true) return value;
  const found = absolute(setting, nearest);
  return Array.isArray(value) ? textsOf(found) : settingText(found);
}

function variableIn(text: string): string {
  return text.slice(text.indexOf("=") + 1);
}

function textsOf(value: AnySettingValue): readonly string[] {
  if (typeof value !== "object") return [settingText(value)];
  return isList(value) ? value : Object.entries(value).map(([name, text]) => `${name}=${text}`);
}
