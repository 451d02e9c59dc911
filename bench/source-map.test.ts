import { describe, expect, test } from "bun:test";
import { bytesBySource } from "./source-map.ts";

describe("bytesBySource()", () => {
  test("gives every character to the file its mapping names, over lines and jumps back", () => {
    // Line 1: 4 characters of a, 2 of b, the rest a. Line 2: 1 of nobody, the rest b.
    const map = { sources: ["a.ts", "b.ts"], mappings: "AAAA,ICAA,EDAA;CCAA" };
    expect([...bytesBySource("aaaabbaaa\n-bbb", map)]).toEqual([
      ["a.ts", 7],
      ["b.ts", 5],
    ]);
  });

  test("reads numbers of more than one digit", () => {
    // 16 is "gB".
    const map = { sources: ["a.ts", "b.ts"], mappings: "AAAA,gBCAA" };
    expect([...bytesBySource("a".repeat(16) + "b", map)]).toEqual([
      ["a.ts", 16],
      ["b.ts", 1],
    ]);
  });

  test("gives what has no source to nobody", () => {
    expect([...bytesBySource("aaaa", { sources: ["a.ts"], mappings: "AAAA,C" })]).toEqual([["a.ts", 1]]);
  });
});
