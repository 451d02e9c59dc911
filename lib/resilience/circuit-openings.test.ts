import { describe, expect, test } from "bun:test";
import { type Random, seededRandom, systemClock } from "../clock.ts";
import { type Backoff, exponentialBackoff } from "./backoff.ts";
import { circuitSettings } from "./circuit-options.ts";
import { Circuit } from "./circuit.ts";
import { consecutive } from "./window.ts";

const doubling = exponentialBackoff({ base: 100, maxDelay: 1_000, jitter: "none" });

/** A circuit that any failure opens, at the times that a test says. */
function setUp(openDuration: number | Backoff, random?: Random) {
  let time = 0;
  const clock = { ...systemClock, now: () => time };
  const classify = (outcome: { readonly ok: boolean; readonly error?: unknown }) =>
    outcome.ok ? ("success" as const) : { verdict: "failure" as const, retryAfter: Number(outcome.error) };
  const options = { window: consecutive(1), openDuration, clock, classify, probeLease: 1, ...(random && { random }) };
  const circuit = new Circuit(circuitSettings(options));
  const end = (now: number, ok: boolean, asked = 0): Circuit => {
    time = now;
    circuit.record(circuit.admit(0), now, ok, asked);
    return circuit;
  };
  return { fail: (now: number, asked = 0) => end(now, false, asked), pass: (now: number) => end(now, true) };
}

describe("the openings of a circuit", () => {
  test("last longer each time while probes fail, however long nobody probed", () => {
    const { fail } = setUp(doubling);
    fail(0);
    fail(5_000);
    const { openings, openFor, openUntil } = fail(90_000);
    expect([openings, openFor, openUntil]).toEqual([3, 400, 90_400]);
  });

  test("begin anew once the circuit has stayed closed for as long as the last one", () => {
    const { fail, pass } = setUp(doubling);
    fail(0);
    fail(100);
    pass(1_000);
    const row = fail(1_199);
    expect([row.openings, row.openFor]).toEqual([3, 400]);
    pass(2_000);
    fail(2_400);
    expect([row.openings, row.openFor]).toEqual([1, 100]);
  });

  test("last as long as the callee asked for, but no more than an hour of its asking", () => {
    const lasting = (asked: number) => setUp(200).fail(0, asked).openFor;
    expect([0, 100, 5_000, Infinity, Number.NaN, -1].map(lasting)).toEqual([200, 200, 5_000, 3_600_000, 200, 200]);
  });

  test("tell a backoff their number and the length of the one before, and draw from the given random", () => {
    const seen: unknown[] = [];
    const { fail } = setUp((state, random) => (seen.push(state, random()), 50), seededRandom("a"));
    fail(0, 80);
    fail(200);
    const again = seededRandom("a");
    expect(seen).toEqual([{ attempt: 1, previousDelay: 0 }, again(), { attempt: 2, previousDelay: 80 }, again()]);
  });

  test.each([0, -5, Number.NaN])("last a millisecond at least when a backoff says %p", (drawn) => {
    expect(setUp(() => drawn).fail(0).openFor).toBe(1);
  });
});
