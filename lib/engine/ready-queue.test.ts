import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ReadyQueue } from "./ready-queue.ts";

function takeAll(queue: ReadyQueue<string>): string[] {
  const taken: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) taken.push(`${next.owner}${next.step}`);
  return taken;
}

describe("ReadyQueue", () => {
  test("serves lanes in turn and each lane in the order its steps became ready", () => {
    const queue = new ReadyQueue<string>();
    const a = queue.open("a", 10);
    const b = queue.open("b", 10);
    for (const step of [1, 2, 3]) queue.push(a, step);
    for (const step of [1, 2]) queue.push(b, step);
    expect(takeAll(queue)).toEqual(["a1", "b1", "a2", "b2", "a3"]);
  });

  test("passes over a lane at its own limit until it releases a slot", () => {
    const queue = new ReadyQueue<string>();
    const a = queue.open("a", 1);
    for (const step of [1, 2]) queue.push(a, step);
    expect(takeAll(queue)).toEqual(["a1"]);
    expect(queue.size).toBe(1);
    queue.release(a);
    expect(takeAll(queue)).toEqual(["a2"]);
  });

  test("drops the steps of a closed lane", () => {
    const queue = new ReadyQueue<string>();
    const a = queue.open("a", 10);
    queue.push(a, 1);
    queue.close(a);
    queue.push(a, 2);
    queue.release(a);
    expect({ taken: takeAll(queue), size: queue.size }).toEqual({ taken: [], size: 0 });
  });

  test("stays exact over many steps of one lane", () => {
    const queue = new ReadyQueue<string>();
    const a = queue.open("a", Infinity);
    const expected: string[] = [];
    const taken: string[] = [];
    for (let step = 0; step < 5_000; step++) {
      queue.push(a, step);
      expected.push(`a${step}`);
      if (step % 3 === 2) {
        const next = queue.take();
        if (next !== undefined) taken.push(`a${next.step}`);
      }
    }
    expect([...taken, ...takeAll(queue)]).toEqual(expected);
  });

  test("serves nobody twice while another lane with a ready step and a free slot waits", () => {
    const command = fc.record({ kind: fc.constantFrom("push", "take", "release"), lane: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
        (commands, limits) => {
          const queue = new ReadyQueue<string>();
          const lanes = limits.map((limit, index) => ({
            name: String(index),
            lane: queue.open(String(index), limit),
            limit,
            ready: [] as number[],
            taken: 0,
            passed: new Map<string, number>(),
          }));
          let step = 0;
          for (const { kind, lane: index } of commands) {
            const lane = lanes[index];
            if (lane === undefined) continue;
            if (kind === "push") {
              lane.ready.push(step);
              queue.push(lane.lane, step++);
            } else if (kind === "release" && lane.taken > 0) {
              lane.taken--;
              queue.release(lane.lane);
            } else if (kind === "take") {
              const eligible = lanes.filter(({ ready, taken, limit }) => ready.length > 0 && taken < limit);
              const next = queue.take();
              if (next === undefined) {
                expect(eligible).toEqual([]);
                continue;
              }
              const served = lanes.find(({ name }) => name === next.owner);
              if (served === undefined) throw new Error("an unknown lane was served");
              expect(eligible).toContain(served);
              expect(next.step).toBe(served.ready.shift() ?? -1);
              served.taken++;
              served.passed.clear();
              for (const other of lanes) {
                if (!eligible.includes(other)) other.passed.clear();
                else if (other !== served) {
                  const times = (other.passed.get(served.name) ?? 0) + 1;
                  other.passed.set(served.name, times);
                  expect(times).toBeLessThanOrEqual(1);
                }
              }
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
