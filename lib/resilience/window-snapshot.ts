import { type BadField, isObject, isWhole } from "./snapshot-field.ts";

/** Into how many buckets a time window is cut. */
export const bucketCount = 10;

/** How many calls ended in one bucket, and how many of them failed and were slow. */
export type BucketSnapshot = readonly [calls: number, failures: number, slow: number];

/** The calls in a circuit's window, the oldest first, as JSON. */
export type WindowSnapshot =
  | { readonly kind: "consecutive"; readonly failures: number }
  /** A digit for each call: 1 for a failure, 0 for a success. */
  | { readonly kind: "count"; readonly outcomes: string }
  | { readonly kind: "time"; readonly duration: number; readonly buckets: readonly BucketSnapshot[] };

/** Throws what `bad` makes of the first field that no window has. */
export function parseWindowSnapshot(data: unknown, bad: BadField): WindowSnapshot {
  if (!isObject(data)) throw bad("window", "an object");
  const { kind, failures, outcomes, duration, buckets }: Fields = data;
  switch (kind) {
    case "consecutive":
      if (!isWhole(failures)) throw bad("window.failures", "an integer >= 0");
      return { kind, failures };
    case "count":
      if (typeof outcomes !== "string" || !/^[01]*$/.test(outcomes)) {
        throw bad("window.outcomes", 'a string of "0" and "1"');
      }
      return { kind, outcomes };
    case "time":
      if (!(typeof duration === "number" && duration > 0)) throw bad("window.duration", "a number > 0");
      if (!Array.isArray(buckets) || buckets.length > bucketCount) {
        throw bad("window.buckets", `an array of at most ${bucketCount} buckets`);
      }
      return { kind, duration, buckets: buckets.map((bucket, index) => parseBucket(bucket, index, bad)) };
    default:
      throw bad("window.kind", '"consecutive", "count" or "time"');
  }
}

type Fields = { readonly [name in "kind" | "failures" | "outcomes" | "duration" | "buckets"]?: unknown };

function parseBucket(data: unknown, index: number, bad: BadField): BucketSnapshot {
  const [calls, failures, slow]: readonly unknown[] = Array.isArray(data) ? data : [];
  if (isWhole(calls) && isWhole(failures) && isWhole(slow) && failures <= calls && slow <= calls) {
    return [calls, failures, slow];
  }
  throw bad(`window.buckets[${index}]`, "[calls, failures, slow], integers >= 0 and none above calls");
}
