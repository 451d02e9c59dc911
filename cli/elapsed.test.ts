import { expect, test } from "bun:test";
import { formatAge, formatElapsed } from "./elapsed.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

test.each([
  [-1, "0ms"],
  [999, "999ms"],
  [1_234, "1.2s"],
  [minute - 1, "59.9s"],
  [minute + 5 * second, "1m 05s"],
  [hour - 1, "59m 59s"],
  [2 * hour + 3 * minute, "2h 03m"],
])("%d milliseconds take %s", (milliseconds, text) => {
  expect(formatElapsed(milliseconds)).toBe(text);
});

test.each([
  [-1, "0s"],
  [minute - 1, "59s"],
  [minute, "1m"],
  [hour - 1, "59m"],
  [hour, "1h"],
  [24 * hour - 1, "23h"],
  [100 * hour, "4d"],
])("%d milliseconds are %s ago", (milliseconds, text) => {
  expect(formatAge(milliseconds)).toBe(text);
});
