import { describe, expect, test } from "bun:test";
import { isSound } from "./sound-json.ts";

describe("isSound()", () => {
  test.each([
    '{"a":1,"b":{"c":[{"d":2}]}}',
    '{ "a" \t:\r\n 1 }',
    String.raw`{"a":"\":","b\"":"\\"}`,
    '{"a":"b: c","d":": \\": "}',
    '":"',
    "[]",
  ])("takes %s", (text) => {
    expect(isSound(JSON.parse(text), text)).toBe(true);
  });

  test.each(['{"a":1,"a":2}', String.raw`{"a":"\":","a":1}`, '{"b":{"a" :1,"a" :{}}}', '{"\\u0061":1,"a":"x\\":"}'])(
    "refuses %s, where a key stands twice",
    (text) => {
      expect(isSound(JSON.parse(text), text)).toBe(false);
    },
  );
});
