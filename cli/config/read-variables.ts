import { nearest } from "../../dsl/nearest.ts";
import { CliError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { EnvironmentFile } from "./environment-file.ts";
import type { LayerValues, Said } from "./read-config.ts";
import { checkSetting, settingFromText } from "./setting-value.ts";
import { type SettingKey, settingKeys, variableOf } from "./settings.ts";

const prefix = "ORCHESTR8_";
/** Read by the commands that have to do with it: it is a secret, and no setting. */
const others: readonly string[] = ["ORCHESTR8_TOKEN"];

/**
 * What the environment says to settings; what the file adds to it is known by the file's name.
 *
 * @throws {CliError} for a value that cannot be, or a variable whose name is misspelt.
 */
export function readVariables(
  { env, cwd }: Pick<CliContext, "env" | "cwd">,
  file: EnvironmentFile | undefined,
): LayerValues {
  const values = new Map<SettingKey, Said>();
  const keys = new Map(settingKeys.map((key) => [variableOf(key), key]));
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(prefix) || text === undefined || text === "" || isOfKubernetes(name, text)) continue;
    const key = keys.get(name);
    const isOfFile = file?.variables[name] === text;
    const place = isOfFile ? `the variable ${name} of ${file.name}` : `the variable ${name}`;
    if (key === undefined) refuseIfMisspelt(name, place, [...keys.keys(), ...others]);
    else {
      const origin = { layer: "environment", place, folder: isOfFile ? file.folder : cwd } as const;
      values.set(key, { value: checkSetting(key, settingFromText(key, text), origin), origin });
    }
  }
  return values;
}

/** Kubernetes tells every container of a service that is called "orchestr8", in variables like ours. */
function isOfKubernetes(name: string, text: string): boolean {
  return /_SERVICE_(?:HOST|PORT)|_PORT_\d+_/.test(name) || /^(?:tcp|udp|sctp):/.test(text);
}

/** Others may have variables of this prefix as well, so one that is like none of ours is left alone. */
function refuseIfMisspelt(name: string, place: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const rest = name.slice(prefix.length);
  const rests = known.map((variable) => variable.slice(prefix.length));
  const near = nearest(rest, rests) ?? rests.find((variable) => variable.endsWith(`_${rest}`));
  if (near === undefined) return;
  throw new CliError("CONFIG", `Cannot use ${place}: there is no such setting`, { fix: `use "${prefix}${near}"` });
}
