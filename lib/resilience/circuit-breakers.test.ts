import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../testing/rejection-of.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { circuitBreakers } from "./circuit-breakers.ts";
import { circuitKey } from "./circuit-key.ts";
import { isolate } from "./hold-circuit.ts";
import { consecutive } from "./window.ts";

const fail = () => Promise.reject(new Error("down"));

describe("circuitKey()", () => {
  test("keeps different keys apart", () => {
    const keys = [
      { agentId: "a:b" },
      { agentId: "a", target: "b" },
      { agentId: "a\\", target: "b" },
      { agentId: "a\\:b" },
      { agentId: "a" },
      { agentId: "a", target: "" },
    ];
    expect(new Set(keys.map(circuitKey)).size).toBe(keys.length);
    expect(circuitKey({ agentId: "@o/http", target: "example.com" })).toBe("@o/http:example.com");
  });
});

describe("circuitBreakers()", () => {
  test("keeps a circuit per key of the call", async () => {
    const clock = new VirtualClock();
    const changed: unknown[] = [];
    const registry = circuitBreakers({
      window: consecutive(1),
      clock,
      on: (event) => event.type === "stateChange" && changed.push([event.key, event.to]),
    });
    await registry(fail)({ key: "a" }).catch(() => {});
    expect(await rejectionOf(registry(() => 1)({ key: "a" }))).toMatchObject({ code: "CIRCUIT_OPEN", key: "a" });
    expect([await registry(() => 1)({ key: "b" }), await registry(() => 2)()]).toEqual([1, 2]);
    expect(changed).toEqual([["a", "open"]]);
    expect([...registry.entries()].map(([key, { state }]) => [key, state])).toEqual([
      ["a", "open"],
      ["b", "closed"],
      ["", "closed"],
    ]);
  });

  test("chooses the circuit with keyOf", async () => {
    const registry = circuitBreakers({ keyOf: ({ key }) => ({ agentId: "http", target: key }) });
    await registry(() => 1)({ key: "host" });
    expect([...registry.entries()].map(([key]) => key)).toEqual(["http:host"]);
  });

  test("rejects the call when keyOf throws", async () => {
    const registry = circuitBreakers({
      keyOf: () => {
        throw new Error("no key");
      },
    });
    expect(await rejectionOf(registry(() => 1)())).toMatchObject({ message: "no key" });
  });

  test("hands out the circuit that its calls use", async () => {
    const registry = circuitBreakers();
    expect(registry.peek("a")).toBeUndefined();
    const breaker = registry.get({ agentId: "a" });
    isolate(breaker);
    expect(await rejectionOf(registry(() => 1)({ key: "a" }))).toMatchObject({ state: "isolated" });
    expect([registry.get("a") === breaker, registry.peek("a") === breaker, registry.size]).toEqual([true, true, 1]);
    expect([registry.delete("a"), registry.delete("a"), registry.size]).toEqual([true, false, 0]);
  });

  test("forgets closed circuits that nobody used for idleTtl", async () => {
    const clock = new VirtualClock();
    const registry = circuitBreakers({ clock, idleTtl: 1_000 });
    const keys = () => [...registry.entries()].map(([key]) => key).toSorted();
    for (const key of ["a", "b", "c"]) await registry(() => 1)({ key });
    await clock.advance(999);
    await registry(() => 1)({ key: "a" });
    registry.get("d");
    expect(keys()).toEqual(["a", "b", "c", "d"]);
    await clock.advance(1);
    registry.get("e");
    expect(keys()).toEqual(["a", "d", "e"]);
    await clock.advance(998);
    registry.get("f");
    expect(keys()).toEqual(["a", "d", "e", "f"]);
    await clock.advance(1);
    registry.get("g");
    expect(keys()).toEqual(["e", "f", "g"]);
  });

  test("keeps open circuits until their time and idleTtl are up, and isolated ones always", async () => {
    const clock = new VirtualClock();
    const registry = circuitBreakers({ clock, window: consecutive(1), openDuration: 5_000, idleTtl: 1_000 });
    await registry(fail)({ key: "open" }).catch(() => {});
    isolate(registry.get("isolated"));
    const keys = () => [...registry.entries()].map(([key]) => key).toSorted();
    registry.get("x");
    await clock.advance(5_999);
    registry.get("y");
    expect(keys()).toEqual(["isolated", "open", "y"]);
    await clock.advance(1);
    registry.get("z");
    expect(keys()).toEqual(["isolated", "y", "z"]);
  });

  test("replaces closed circuits, unused ones first, when it is full", () => {
    const registry = circuitBreakers({ maxKeys: 100 });
    for (let key = 0; key < 10_000; key++) registry.get(`key ${key}`);
    expect(registry.size).toBe(100);
  });

  test("does not lose an open circuit to a flood of keys", async () => {
    const registry = circuitBreakers({ maxKeys: 50, window: consecutive(1) });
    await registry(fail)({ key: "victim" }).catch(() => {});
    for (let key = 0; key < 1_000; key++) registry.get(`key ${key}`);
    expect(registry.peek("victim")?.state).toBe("open");
  });
});
