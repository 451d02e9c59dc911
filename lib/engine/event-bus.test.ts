import { describe, expect, test } from "bun:test";
import { BoundedEventBus, type BusEntry } from "./event-bus.ts";

function createBus(capacity = 1_000) {
  const tasks: (() => void)[] = [];
  const errors: unknown[] = [];
  const bus = new BoundedEventBus({
    capacity,
    defer: (deliver) => tasks.push(deliver),
    onListenerError: (error) => errors.push(error),
  });
  return { bus, errors, deliver: () => tasks.splice(0).forEach((task) => task()) };
}

function note(progress: number): BusEntry {
  return { executionId: "e", stepId: "s", progress };
}

describe("BoundedEventBus", () => {
  test("delivers later, in order, to every subscriber", () => {
    const { bus, deliver } = createBus();
    const first: BusEntry[] = [];
    const second: BusEntry[] = [];
    bus.subscribe((entry) => first.push(entry));
    bus.subscribe((entry) => second.push(entry));
    bus.publish(note(1));
    bus.publish(note(2));
    expect(first).toEqual([]);
    deliver();
    expect([first, second]).toEqual([
      [note(1), note(2)],
      [note(1), note(2)],
    ]);
  });

  test("drops the oldest of more than 1,000 waiting entries and counts them", () => {
    const { bus, deliver } = createBus();
    const seen: BusEntry[] = [];
    const subscription = bus.subscribe((entry) => seen.push(entry));
    for (let index = 0; index < 2_500; index++) bus.publish(note(index));
    deliver();
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, index) => note(1_500 + index)));
    expect([bus.droppedCount, subscription.droppedCount]).toEqual([1_500, 1_500]);
  });

  test("keeps more for a subscriber that asks for it, and no more for the others", () => {
    const { bus, deliver } = createBus();
    const seen = { large: 0, other: 0 };
    bus.subscribe(() => seen.large++, { capacity: 2_000 });
    bus.subscribe(() => seen.other++);
    for (let index = 0; index < 2_500; index++) bus.publish(note(index));
    deliver();
    expect([seen, bus.droppedCount]).toEqual([{ large: 2_000, other: 1_000 }, 2_000]);
  });

  test("counts nothing as dropped while nobody listens", () => {
    const { bus } = createBus(1);
    for (let index = 0; index < 5; index++) bus.publish(note(index));
    expect(bus.droppedCount).toBe(0);
  });

  test("keeps a throwing listener from the others and from the publisher", () => {
    const { bus, deliver, errors } = createBus();
    const seen: BusEntry[] = [];
    const bug = new Error("listener");
    bus.subscribe(() => {
      throw bug;
    });
    bus.subscribe((entry) => seen.push(entry));
    bus.publish(note(1));
    deliver();
    expect({ seen, errors }).toEqual({ seen: [note(1)], errors: [bug] });
  });

  test("stops delivering to a disposed subscription, even what was waiting", () => {
    const { bus, deliver } = createBus();
    const seen: BusEntry[] = [];
    const subscription = bus.subscribe((entry) => seen.push(entry));
    bus.publish(note(1));
    subscription[Symbol.dispose]();
    bus.publish(note(2));
    deliver();
    expect(seen).toEqual([]);
  });

  test("takes entries that are published while it delivers to the next delivery", () => {
    const { bus, deliver } = createBus();
    const seen: BusEntry[] = [];
    bus.subscribe((entry) => {
      seen.push(entry);
      if (seen.length === 1) bus.publish(note(2));
    });
    bus.publish(note(1));
    deliver();
    expect(seen).toEqual([note(1)]);
    deliver();
    expect(seen).toEqual([note(1), note(2)]);
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses a capacity of %p", (capacity) => {
    expect(() => createBus(capacity)).toThrow(RangeError);
  });
});
