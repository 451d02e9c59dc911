import { settlesWithin } from "../../server/prefer.ts";
import type { CliContext } from "../context.ts";
import type { ProgressMode } from "../create-progress.ts";
import { createJsonLog } from "../json-log.ts";
import { createMessages } from "../messages.ts";
import { exportFailure } from "./export-failure.ts";
import { isTracingInstalled } from "./is-tracing-installed.ts";
import type { startTraceProvider } from "./trace-provider.ts";
import { wantsTraces } from "./wants-traces.ts";

type LoadProvider = () => Promise<{ readonly startTraceProvider: typeof startTraceProvider }>;

/** How long the end of a command waits for the collector to take the last spans. */
const flushLimitMs = 3_000;

const install =
  "npm install @opentelemetry/sdk-trace-node@2 @opentelemetry/exporter-trace-otlp-http@0.223 @opentelemetry/resources@2";

/**
 * Sends spans to the collector that the standard `OTEL_…` variables name, and the last ones when it is disposed. Does
 * nothing where no collector is named or the program has tracing of its own. Never fails: the first thing that goes wrong
 * is a warning, as `mode` shows them.
 */
export async function exportTraces(
  context: CliContext,
  mode: ProgressMode,
  load: LoadProvider = () => import("./trace-provider.ts"),
): Promise<AsyncDisposable> {
  const { env, clock } = context;
  const warnOnce = once(warningsOf(context, mode));
  if (!wantsTraces(env, warnOnce) || isTracingInstalled()) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const provider = await startProvider(load, warnOnce);
  return {
    async [Symbol.asyncDispose]() {
      if (provider === undefined) return;
      if (await settlesWithin(provider.shutdown(), flushLimitMs, clock)) return;
      warnOnce(`Cannot export all traces: the collector did not take them within ${flushLimitMs / 1_000} s`);
    },
  };
}

function warningsOf(context: CliContext, mode: ProgressMode): (message: string) => void {
  if (mode !== "logged") return createMessages(context, mode === "quiet" ? "errors" : "all").warn;
  const log = createJsonLog(context.stderr);
  return (message) => log({ level: "warn", time: new Date(context.clock.wall()).toISOString(), message });
}

async function startProvider(
  load: LoadProvider,
  warn: (message: string) => void,
): Promise<{ shutdown(): Promise<void> } | undefined> {
  try {
    const provider = await load();
    return provider.startTraceProvider((error) => warn(`Cannot export traces: ${exportFailure(error)}`));
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    const state = isMissing
      ? `are not installed; run "${install}"`
      : `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
    warn(`Cannot export traces: the packages for it ${state}`);
    return undefined;
  }
}

function once(warn: (message: string) => void): (message: string) => void {
  let hasWarned = false;
  return (message) => {
    if (!hasWarned) warn(message);
    hasWarned = true;
  };
}
