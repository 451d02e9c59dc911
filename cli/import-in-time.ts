import type { Clock } from "../lib/clock.ts";
import { importModule, type ModuleExports } from "./import-module.ts";

/** Long enough for any import, and an end to a module whose top-level `await` has none. */
const importTimeoutMs = 30_000;

/** Runs a module and gives its exports, unless that takes longer than 30 s. */
export async function importInTime(path: string, clock: Clock): Promise<ModuleExports> {
  let onTimeout: () => void = () => undefined;
  const timeout = new Promise<never>((_, reject) => {
    onTimeout = () => reject(new Error(`its import takes longer than ${importTimeoutMs / 1_000} s`));
  });
  using _ = clock.timer(importTimeoutMs, () => onTimeout());
  return await Promise.race([importModule(path), timeout]);
}
