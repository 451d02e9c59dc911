import { describe, expect, test } from "bun:test";
import type { BusEntry } from "../../lib/engine/event-bus.ts";
import { BoundedEventBus } from "../../lib/engine/event-bus.ts";
import { createEngine } from "../../lib/engine/create-engine.ts";
import { parseWorkflow } from "../../dsl/compile.ts";
import { approval } from "../fixtures/test-api.ts";
import { EventHub } from "./event-hub.ts";
import { ExecutionSource } from "./execution-source.ts";
import { RecentEvents } from "./recent-events.ts";

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1] ?? "");
}

/** A bus that delivers when it is told to. */
function createBus(capacity = 1_000): { readonly bus: BoundedEventBus; readonly deliver: () => void } {
  let due: () => void = () => undefined;
  const bus = new BoundedEventBus({
    capacity,
    defer: (deliver) => void (due = deliver),
    onListenerError: (error) => {
      throw error;
    },
  });
  return { bus, deliver: () => due() };
}

function note(index: number, executionId = "e1"): BusEntry {
  return { executionId, stepId: "a", progress: index };
}

describe("ExecutionSource", () => {
  test("tells a reader that fell too far behind how things stand instead", async () => {
    const engine = createEngine();
    const { execution } = await engine.start(parseWorkflow(JSON.stringify(approval)));
    const hub = new EventHub(engine.events);
    let woken: () => void = () => undefined;
    const source = new ExecutionSource({ engine, hub, executionId: execution.id, after: undefined, maxBehind: 2 }, () =>
      woken(),
    );
    expect(namesIn(await source.read())).toEqual(["snapshot"]);
    expect(await source.read()).toBe("");
    const heard = new Promise<void>((resolve) => (woken = resolve));
    await engine.signal(execution.id, "approve");
    await execution.result;
    await heard;
    expect(namesIn(await source.read())).toEqual(["snapshot"]);
    expect(source.isOver).toBe(true);
    source[Symbol.dispose]();
  });

  test("gives a reader that comes again all it has missed, however much that is", async () => {
    const engine = createEngine();
    const { execution } = await engine.start(parseWorkflow(JSON.stringify(approval)));
    await engine.signal(execution.id, "approve");
    await execution.result;
    const hub = new EventHub(engine.events);
    const options = { engine, hub, executionId: execution.id, after: 0, maxBehind: 1 };
    using source = new ExecutionSource(options, () => undefined);
    const { length } = await engine.journal.read(execution.id);
    expect(namesIn(await source.read())).toEqual(Array.from({ length }, () => "entry"));
  });

  test("ends when the journal has forgotten its execution", async () => {
    const engine = createEngine();
    const hub = new EventHub(engine.events);
    using source = new ExecutionSource({ engine, hub, executionId: "gone", after: undefined }, () => undefined);
    expect([await source.read(), source.isOver]).toEqual(["", true]);
  });
});

describe("EventHub", () => {
  test("hands entries to those who follow their execution, and leaves the bus with the last of them", () => {
    const { bus, deliver } = createBus();
    const hub = new EventHub(bus);
    const seen: BusEntry[] = [];
    const [first, second] = [hub.follow("e1", (entry) => seen.push(entry)), hub.follow("e2", () => undefined)];
    bus.publish(note(1));
    bus.publish(note(2, "e2"));
    deliver();
    expect(seen).toEqual([note(1)]);
    first[Symbol.dispose]();
    expect(bus.hasSubscribers).toBe(true);
    second[Symbol.dispose]();
    expect(bus.hasSubscribers).toBe(false);
  });
});

describe("RecentEvents", () => {
  test("gives what came behind a position, in pieces", () => {
    const { bus, deliver } = createBus();
    const recent = new RecentEvents(bus, { epoch: "x" });
    recent.watch(() => undefined);
    for (let index = 1; index <= 5; index++) bus.publish(note(index));
    deliver();
    expect(recent.after(0, 2)?.map(({ text }) => text.slice(0, 7))).toEqual(["id: x-1", "id: x-2"]);
    expect(recent.after(3, 9)).toHaveLength(2);
    expect(recent.after(5, 9)).toEqual([]);
    expect(recent.after(6, 9)).toBeUndefined();
  });

  test("encodes what readers at one place are told once, and anew where there is more", () => {
    const { bus, deliver } = createBus();
    const recent = new RecentEvents(bus, { epoch: "x" });
    recent.watch(() => undefined);
    bus.publish(note(1));
    deliver();
    const first = recent.page(0, 9);
    expect(recent.page(0, 9)).toBe(first);
    bus.publish(note(2));
    deliver();
    const texts = recent.after(0, 9)?.map(({ text }) => text) ?? [];
    const both = recent.page(0, 9);
    expect({ end: both?.end, text: new TextDecoder().decode(both?.bytes) }).toEqual({ end: 2, text: texts.join("") });
    expect(recent.page(2, 9)).toEqual({ end: 2, bytes: new Uint8Array() });
    expect(recent.page(3, 9)).toBeUndefined();
  });

  test("holds no more than its length, and says when something is gone", () => {
    const { bus, deliver } = createBus();
    const recent = new RecentEvents(bus, { epoch: "x", maxLength: 1_000 });
    recent.watch(() => undefined);
    for (let index = 1; index <= 500; index++) bus.publish(note(index));
    deliver();
    expect(recent.after(0, 9)).toBeUndefined();
    const kept = [...Array(500).keys()].find((position) => recent.after(position, 500) !== undefined) ?? 0;
    const held = recent.after(kept, 500) ?? [];
    expect(held.length).toBe(500 - kept);
    expect(held.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(1_000);
    expect(held.at(-1)?.text).toContain('"progress":500');
  });

  test("lets nobody go on from before what the bus dropped", () => {
    const { bus, deliver } = createBus();
    const recent = new RecentEvents(bus, { epoch: "x" });
    recent.watch(() => undefined);
    bus.publish(note(0));
    deliver();
    for (let index = 1; index <= 100_001; index++) bus.publish(note(index));
    deliver();
    expect(recent.after(1, 9)).toBeUndefined();
    expect(recent.after(recent.position - 1, 9)).toHaveLength(1);
  });

  test("knows its own ids", () => {
    const recent = new RecentEvents(createBus().bus, { epoch: "a-b" });
    expect(["a-b-7", recent.idOf(3), "c-7", "7", "a-b-", "a-b-x"].map((id) => recent.positionOf(id))).toEqual([
      7,
      3,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
