import type { CliContext } from "./context.ts";
import type { Messages } from "./messages.ts";
import { createPlainProgress } from "./plain-progress.ts";
import type { Progress } from "./progress.ts";
import { terminalOf } from "./terminal.ts";
import type { WatchedEvents } from "./watched/watched-execution.ts";

export type ProgressMode = "shown" | "logged" | "quiet";

/** Live on a terminal, a line for each transition elsewhere, and nothing where log lines or silence are wanted. */
export async function createProgress(
  mode: ProgressMode,
  events: WatchedEvents,
  messages: Messages,
  context: CliContext,
): Promise<Progress> {
  if (mode !== "shown") return silentProgress(messages);
  if (!terminalOf(context.stderr, context.env).isLive) return createPlainProgress(events, messages, context);
  const { createLiveProgress } = await import("./live-progress.ts");
  return createLiveProgress(events, messages, context);
}

function silentProgress(messages: Messages): Progress {
  return { watch: () => undefined, note: (text) => messages.log(text), finish: () => Promise.resolve() };
}
