import { expect, test } from "bun:test";
import { isIsoTime } from "./iso-time.ts";

test.each([
  "2026-03-01T09:00Z",
  "2026-03-01T09:00:00+01:00",
  "2024-02-29T23:59:59.123456789-11:30",
  "2000-02-29T00:00:00Z",
  "0001-01-01T00:00:00Z",
])("isIsoTime() takes %p, as the runtime does", (text) => {
  expect([isIsoTime(text), Number.isNaN(Date.parse(text))]).toEqual([true, false]);
});

test.each([
  "",
  "2026-03-01",
  "2026-03-01T09:00:00",
  "2026-03-01 09:00:00Z",
  "2026-03-01T24:00:00Z",
  "2026-03-01T09:60:00Z",
  "2026-03-01T09:00:60Z",
  "2026-03-01T09:00:00+0100",
  "2026-03-01T09:00:00+24:00",
  "2026-00-01T09:00:00Z",
  "2026-13-01T09:00:00Z",
  "2026-04-31T09:00:00Z",
  "2026-03-00T09:00:00Z",
  "2026-02-29T09:00:00Z",
  "1900-02-29T09:00:00Z",
  "2026-03-01T09:00:00Z ",
  "tomorrow",
])("isIsoTime() refuses %p", (text) => {
  expect(isIsoTime(text)).toBe(false);
});
