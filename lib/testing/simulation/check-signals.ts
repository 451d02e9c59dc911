import type { Complain, History } from "./history.ts";
import type { Recorder } from "./recorder.ts";

/** Each signal comes once, however often it was sent. One that was acknowledged comes, unless the execution ended first. */
export function checkSignals({ executionId, entries }: History, recorder: Recorder, complain: Complain): void {
  const seen = new Map<string, Set<string>>();
  for (const { event, sequence } of entries) {
    if (event.type !== "signal.received") continue;
    const payloads = seen.get(event.name) ?? new Set<string>();
    seen.set(event.name, payloads);
    const payload = JSON.stringify(event.payload);
    if (payloads.has(payload)) complain(`the signal "${event.name}" ${payload} comes again at #${sequence}`);
    payloads.add(payload);
  }
  if (!recorder.unfinished.has(executionId)) return;
  for (const [name, sent] of recorder.allSent(executionId)) {
    const came = seen.get(name)?.size ?? 0;
    if (came < sent) complain(`of ${sent} signals "${name}" only ${came} came`);
  }
}
