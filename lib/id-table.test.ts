import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { IdTable } from "./id-table.ts";

/** All that a table and a Map say of these ids. */
function seen(table: IdTable<number> | Map<string, number>, ids: readonly string[]): unknown {
  return { size: table.size, found: ids.map((id) => table.get(id)), values: [...table.values()].toSorted(numerically) };
}

function numerically(left: number, right: number): number {
  return left - right;
}

describe("IdTable", () => {
  test("holds what a Map would, whatever comes and goes", () => {
    // Few ids that often come again, and many so that it grows and shrinks.
    const id = fc.oneof(fc.integer({ min: 0, max: 40 }).map(String), fc.string());
    const step = fc.record({ id, isDeletion: fc.boolean(), value: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: "max" }), (steps) => {
        const table = new IdTable<number>();
        const map = new Map<string, number>();
        for (const { id: one, isDeletion, value } of steps) {
          for (const kept of [table, map]) {
            if (isDeletion) kept.delete(one);
            else kept.set(one, value);
          }
        }
        const ids = steps.map((taken) => taken.id);
        expect(seen(table, ids)).toEqual(seen(map, ids));
      }),
    );
  });

  test("grows with what it holds, and gives back what it grew by", () => {
    const table = new IdTable<number>();
    for (let index = 0; index < 10_000; index++) table.set(`id-${index}`, index);
    expect([table.size, table.get("id-0"), table.get("id-9999"), table.get("id-10000")]).toEqual([
      10_000,
      0,
      9_999,
      undefined,
    ]);
    for (let index = 0; index < 9_990; index++) table.delete(`id-${index}`);
    expect([...table.values()].toSorted(numerically)).toEqual([
      9_990, 9_991, 9_992, 9_993, 9_994, 9_995, 9_996, 9_997, 9_998, 9_999,
    ]);
  });
});
