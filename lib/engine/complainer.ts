import type { Clock } from "../clock.ts";
import type { LogSink } from "../log.ts";
import type { SecretMask } from "./secret-mask.ts";

/** Logs, as one message, the errors that no execution can be told of. */
export function complainer(
  message: string,
  { clock, log, mask }: { readonly clock: Clock; readonly log: LogSink | undefined; readonly mask: SecretMask },
): (error: unknown) => void {
  return (error) => {
    const time = new Date(clock.wall()).toISOString();
    const data = mask.text(error instanceof Error ? error.message : String(error));
    log?.({ level: "error", time, message, data });
  };
}
