import pRetry, { type Options } from "p-retry";
import type { Guard, Peer } from "./peer.ts";

/** p-retry hands its operations no signal; they would share the caller's. */
const never = new AbortController().signal;

function guardOf(options: Options): Guard {
  return (work) => (signal) =>
    signal === undefined
      ? pRetry(() => work({ signal: never }), options)
      : pRetry(() => work({ signal }), { ...options, signal });
}

export const pretry: Peer = {
  name: "p-retry",
  hearsSignals: true,
  retry: (attempts, delay) => guardOf({ retries: attempts - 1, minTimeout: delay, factor: 1 }),
  spreadRetry: (attempts, minTimeout, maxTimeout) =>
    guardOf({ retries: attempts - 1, minTimeout, maxTimeout, randomize: true }),
  stack: () => guardOf({ retries: 2 }),
};
