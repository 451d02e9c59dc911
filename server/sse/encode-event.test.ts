import { describe, expect, test } from "bun:test";
import { encodeEvent } from "./encode-event.ts";

describe("encodeEvent()", () => {
  test("writes an event as its specification has it", () => {
    expect(encodeEvent({ id: "7", event: "entry", data: { a: 1 } })).toBe('id: 7\nevent: entry\ndata: {"a":1}\n\n');
  });

  test("leaves the last id alone without one", () => {
    expect(encodeEvent({ event: "progress", data: {} })).toBe("event: progress\ndata: {}\n\n");
  });

  test("loses no value, and lets none of them end the event", () => {
    const data = { zero: 0, no: false, nothing: null, text: "a\n\nid: 9\r\nevent: evil\u2028\n\n" };
    const [head, event, line, ...rest] = encodeEvent({ id: "1", event: "entry", data }).split("\n");
    expect([head, event, rest]).toEqual(["id: 1", "event: entry", ["", ""]]);
    expect(JSON.parse(line?.slice("data: ".length) ?? "")).toEqual(data);
  });
});
