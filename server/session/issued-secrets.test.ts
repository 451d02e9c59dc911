import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { IssuedSecrets } from "./issued-secrets.ts";

describe("IssuedSecrets", () => {
  test("knows what it issued, 32 random bytes, and nothing else", () => {
    const secrets = new IssuedSecrets({ capacity: 8, clock: new VirtualClock() });
    const [one, other] = [secrets.issue(), secrets.issue()];
    expect(Buffer.from(one, "base64url").byteLength).toBe(32);
    expect([one, other, `${one}x`, one.slice(1), ""].map((secret) => secrets.has(secret))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test("lets one be taken once", () => {
    const secrets = new IssuedSecrets({ capacity: 8, clock: new VirtualClock() });
    const [one, other] = [secrets.issue(), secrets.issue()];
    expect([secrets.take(one), secrets.take(one), secrets.has(one), secrets.has(other)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test("forgets one when its time is over", async () => {
    const clock = new VirtualClock();
    const secrets = new IssuedSecrets({ capacity: 8, ttlMs: 1_000, clock });
    const secret = secrets.issue();
    await clock.advance(999);
    expect(secrets.has(secret)).toBe(true);
    await clock.advance(1);
    expect(secrets.take(secret)).toBe(false);
  });

  test("holds no more than it may: the oldest goes", () => {
    const secrets = new IssuedSecrets({ capacity: 2, clock: new VirtualClock() });
    const issued = [secrets.issue(), secrets.issue(), secrets.issue()];
    expect(issued.map((secret) => secrets.has(secret))).toEqual([false, true, true]);
  });
});
