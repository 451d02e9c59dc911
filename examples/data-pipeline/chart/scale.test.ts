import { expect, test } from "bun:test";
import { scaleOver } from "./scale.ts";

test.each([
  [
    [0, 3_608],
    [0, 1_000, 2_000, 3_000, 4_000],
  ],
  [
    [6, 22.9],
    [5, 10, 15, 20, 25],
  ],
  [
    [-2.6, 121.9],
    [-25, 0, 25, 50, 75, 100, 125],
  ],
  [
    [7, 7],
    [6, 8],
  ],
  [
    [0, 0],
    [0, 0.2],
  ],
])("scaleOver(%j) has round ticks around its values", (values, ticks) => {
  const scale = scaleOver(values, [100, 0]);
  expect(scale.ticks).toEqual(ticks);
  expect([scale(ticks[0] ?? 0), scale(ticks.at(-1) ?? 0)]).toEqual([100, 0]);
});
