import type { AttemptSite } from "./attempt.ts";
import type { Lane } from "./ready-queue.ts";

/** What a host keeps of a run that is open. */
export interface Seat<R> {
  readonly lane: Lane<R>;
  readonly site: AttemptSite;
}
