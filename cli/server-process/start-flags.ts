import { resolve } from "node:path";
import type { ServeValues } from "../serve.ts";
import { readDuration } from "../read-duration.ts";

export interface StartValues extends ServeValues {
  readonly idle: string | undefined;
}

/** What a server was started with, as flags that start another one alike. Neither the token, nor where its state is. */
export function flagsOf(values: StartValues): readonly string[] {
  return [
    ...flag("port", values.port),
    ...flag("host", values.host),
    ...values["allow-host"].flatMap((name) => flag("allow-host", name)),
    ...(values["no-auth"] ? ["--no-auth"] : []),
    ...flag("max-executions", values["max-executions"]),
    ...flag("idle", values.idle),
    ...flag("durability", values.durability),
    ...values.env.flatMap((text) => flag("env", text)),
    ...values.secret.flatMap((text) => flag("secret", text)),
    ...flag("secrets-file", absolute(values["secrets-file"])),
    ...flag("secrets-dir", absolute(values["secrets-dir"])),
    ...flag("max-concurrency", values["max-concurrency"]),
  ];
}

function flag(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}

/** It may be started again from elsewhere. */
function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

/** Undefined for a server that stays. */
export function idleMsOf({ idle }: Pick<StartValues, "idle">): number | undefined {
  return readDuration("idle", idle);
}
