import { type Case, Deferred, endOf, sleep, withClocksShifted } from "./case.ts";
import type { Breaker, BreakerShape, Peer, Work } from "./peer.ts";

const failure = new Error("down");
const excluded = new Error("none of our business");
const fail: Work<never> = () => Promise.reject(failure);
const hour = 3_600_000;
const openDuration = 20;

/** A circuit that is open, and ready for a probe. */
async function tripped(peer: Peer, shape?: Partial<BreakerShape>): Promise<Breaker | undefined> {
  const breaker = peer.breaker?.({ failures: 2, openDuration, ...shape });
  if (breaker === undefined) return undefined;
  const call = breaker.guard(fail);
  for (let count = 0; count < 2; count++) await call().catch(() => undefined);
  if ((await breaker.state()) !== "open") throw new Error("Cannot open the circuit: it did not count two failures");
  await sleep(openDuration + 15);
  return breaker;
}

/** Ends a call that began before the circuit opened while a later call probes it, and gives the state then. */
async function stateAfterStale(peer: Peer, end: (stale: Deferred<void>) => void): Promise<string | undefined> {
  const breaker = peer.breaker?.({ failures: 2, openDuration });
  if (breaker === undefined) return undefined;
  const [stale, probe] = [new Deferred<void>(), new Deferred<void>()];
  const begun = breaker.guard(() => stale.promise)();
  for (let count = 0; count < 2; count++)
    await breaker
      .guard(fail)()
      .catch(() => undefined);
  await sleep(openDuration + 15);
  const probing = breaker.guard(() => probe.promise)();
  end(stale);
  await begun.catch(() => undefined);
  const state = await breaker.state();
  probe.resolve();
  await probing.catch(() => undefined);
  return state;
}

/** What a circuit breaker promises. */
export const circuitCases: readonly Case[] = [
  {
    id: "C5, O16",
    promise: "a probe that ends in an excluded error does not close the circuit",
    brokenBy: ["cockatiel", "opossum"],
    keeps: async (peer) => {
      const breaker = await tripped(peer, { excludes: (error) => error === excluded });
      if (breaker === undefined) return undefined;
      await breaker
        .guard(() => Promise.reject(excluded))()
        .catch(() => undefined);
      return (await breaker.state()) !== "closed";
    },
  },
  {
    id: "C6",
    promise: "a failure from before the circuit opened does not end the probe",
    brokenBy: ["cockatiel", "opossum"],
    keeps: async (peer) => {
      const state = await stateAfterStale(peer, (stale) => stale.reject(failure));
      return state === undefined ? undefined : state === "half-open";
    },
  },
  {
    id: "O5",
    promise: "a success from before the circuit opened does not close it",
    brokenBy: ["opossum"],
    keeps: async (peer) => {
      const state = await stateAfterStale(peer, (stale) => stale.resolve());
      return state === undefined ? undefined : state === "half-open";
    },
  },
  {
    id: "C7",
    promise: "a call beside a hung probe is refused at once",
    brokenBy: ["cockatiel"],
    keeps: async (peer) => {
      const breaker = await tripped(peer);
      if (breaker === undefined) return undefined;
      const probe = new Deferred<void>();
      const probing = breaker.guard(() => probe.promise)();
      const end = await endOf(breaker.guard(async () => "called")(), 50);
      probe.resolve();
      await probing;
      return end instanceof Error;
    },
  },
  {
    id: "C8, O4",
    promise: "a hung probe loses its place in the end",
    brokenBy: ["cockatiel", "opossum", "effect"],
    keeps: async (peer) => {
      const breaker = await tripped(peer);
      if (breaker === undefined) return undefined;
      const probe = new Deferred<void>();
      const probing = breaker.guard(() => probe.promise)();
      await sleep(openDuration * 3);
      const end = await endOf(breaker.guard(async () => "called")(), 50);
      probe.resolve();
      await probing;
      return end === "called";
    },
  },
  {
    id: "C9, O3",
    promise: "a listener that throws does not fail the call",
    brokenBy: ["cockatiel", "opossum"],
    keeps: async ({ listenedBreaker }) => {
      const breaker = listenedBreaker?.(() => {
        throw new Error("from a listener");
      });
      if (breaker === undefined) return undefined;
      const end = await endOf(breaker.guard(async () => "fine")(), 50);
      return end === "fine" && (await breaker.state()) === "closed";
    },
  },
  {
    id: "C14",
    promise: "a clock that is set back does not keep the circuit open",
    brokenBy: ["cockatiel", "effect"],
    keeps: async (peer) => {
      const breaker = await tripped(peer);
      if (breaker === undefined) return undefined;
      return withClocksShifted({ wall: -hour, monotonic: 0 }, async () => {
        return (await endOf(breaker.guard(async () => "called")(), 50)) === "called";
      });
    },
  },
  {
    id: "C16",
    promise: "failures leave the window of time when their time is up",
    brokenBy: ["cockatiel"],
    keeps: async ({ windowBreaker }) => {
      const breaker = windowBreaker?.(5_000);
      if (breaker === undefined) return undefined;
      const call = breaker.guard(fail);
      for (let count = 0; count < 4; count++) await call().catch(() => undefined);
      return withClocksShifted({ wall: hour, monotonic: hour }, async () => {
        await call().catch(() => undefined);
        return (await breaker.state()) === "closed";
      });
    },
  },
  {
    id: "O11",
    promise: "two breakers made from one object of options share nothing",
    brokenBy: ["opossum"],
    keeps: async ({ pair }) => {
      const calls = pair?.(
        async () => "first",
        async () => "second",
      );
      return calls && (await calls[0]()) === "first" && (await calls[1]()) === "second";
    },
  },
];
