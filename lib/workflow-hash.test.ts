import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { canonicalJson } from "./workflow-hash.ts";

describe("canonicalJson()", () => {
  test("sorts keys by code unit and writes numbers and strings as RFC 8785 shows", () => {
    const sample = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(sample)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"` +
        "\u20ac" +
        String.raw`$\u000f\nA'B\"\\\\\"/"}`,
    );
    expect(canonicalJson({ "\ud83d\ude00": 1, "\ufb33": 2, "\u20ac": 3, "1": 4, "\r": 5 })).toBe(
      '{"\\r":5,"1":4,"\u20ac":3,"\ud83d\ude00":1,"\ufb33":2}',
    );
  });

  test("does not depend on the order of keys and keeps everything else", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("treats an undefined key as absent and refuses what JSON cannot hold", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(() => canonicalJson([Number.NaN])).toThrow(new TypeError("Cannot write canonical JSON: NaN is not JSON"));
    expect(() => canonicalJson([() => 1])).toThrow(new TypeError("Cannot write canonical JSON: function is not JSON"));
  });
});
