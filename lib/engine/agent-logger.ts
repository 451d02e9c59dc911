import type { Clock } from "../clock.ts";
import type { JsonValue } from "../json.ts";
import type { Logger, LogLevel, LogSink } from "../log.ts";
import type { SecretMask } from "./secret-mask.ts";

/** The logger of an agent outside of its calls. Each line names the agent. */
export function agentLogger(
  agent: string,
  { clock, log, mask }: { readonly clock: Clock; readonly log: LogSink | undefined; readonly mask: SecretMask },
): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, data?: JsonValue): void =>
      log?.({
        level,
        time: new Date(clock.wall()).toISOString(),
        message: mask.text(message),
        data: { agent, ...(data !== undefined && { data: mask.json(data) }) },
      });
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
