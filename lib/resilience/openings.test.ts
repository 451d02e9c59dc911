import { describe, expect, test } from "bun:test";
import { seededRandom, systemRandom } from "../clock.ts";
import { type Backoff, exponentialBackoff } from "./backoff.ts";
import { Openings } from "./openings.ts";

const doubling = exponentialBackoff({ base: 100, maxDelay: 1_000, jitter: "none" });

function openings(duration: number | Backoff): Openings {
  return new Openings(duration, systemRandom);
}

describe("the openings of a circuit", () => {
  test("last longer each time while probes fail, however long nobody probed", () => {
    const row = openings(doubling);
    row.begin(0, 0, true);
    row.begin(5_000, 0, false);
    row.begin(90_000, 0, false);
    expect([row.count, row.lastFor, row.until]).toEqual([3, 400, 90_400]);
  });

  test("begin anew once the circuit has stayed closed for as long as the last one", () => {
    const row = openings(doubling);
    row.begin(0, 0, true);
    row.begin(100, 0, false);
    row.until = 1_000;
    row.begin(1_199, 0, true);
    expect([row.count, row.lastFor]).toEqual([3, 400]);
    row.until = 2_000;
    row.begin(2_400, 0, true);
    expect([row.count, row.lastFor]).toEqual([1, 100]);
  });

  test("last as long as the callee asked for, but no more than an hour of its asking", () => {
    const row = openings(200);
    const lasting = (asked: number) => (row.begin(0, asked, true), row.lastFor);
    expect([0, 100, 5_000, Infinity, Number.NaN, -1].map(lasting)).toEqual([200, 200, 5_000, 3_600_000, 200, 200]);
  });

  test("tell a backoff their number and the length of the one before, and draw from the given random", () => {
    const seen: unknown[] = [];
    const numbers = seededRandom("a");
    const row = new Openings((state, random) => {
      seen.push(state, random());
      return 50;
    }, numbers);
    row.begin(0, 80, true);
    row.begin(200, 0, false);
    const again = seededRandom("a");
    expect(seen).toEqual([{ attempt: 1, previousDelay: 0 }, again(), { attempt: 2, previousDelay: 80 }, again()]);
  });

  test.each([0, -5, Number.NaN])("last a millisecond at least when a backoff says %p", (drawn) => {
    const row = openings(() => drawn);
    row.begin(0, 0, true);
    expect(row.lastFor).toBe(1);
  });
});
