import { describe, expect, test } from "bun:test";
import type { OutputStream } from "./context.ts";
import { terminalOf } from "./terminal.ts";

const screen = { write: () => true, isTTY: true, columns: 80, rows: 24 };
const pipe = { write: () => true };

describe("terminalOf()", () => {
  test.each<[OutputStream, Record<string, string>, boolean, boolean]>([
    [screen, {}, true, true],
    [pipe, {}, false, false],
    [screen, { NO_COLOR: "1" }, false, true],
    [screen, { NO_COLOR: "0" }, false, true],
    [screen, { NO_COLOR: "" }, true, true],
    [pipe, { FORCE_COLOR: "1" }, true, false],
    [pipe, { FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
    [screen, { FORCE_COLOR: "0" }, false, true],
    [screen, { TERM: "dumb" }, false, false],
    [screen, { CI: "true" }, true, false],
    [screen, { CI: "false" }, true, true],
    [{ ...screen, rows: 0 }, {}, false, false],
  ])("decides about colours and drawing: case %#", (stream, env, hasColours, isLive) => {
    expect(terminalOf(stream, env)).toEqual({ hasColours, isLive, hasUnicode: true });
  });

  test.each<[Record<string, string>, boolean]>([
    [{}, true],
    [{ LANG: "en_US.UTF-8" }, true],
    [{ LANG: "C.utf8" }, true],
    [{ LANG: "C" }, false],
    [{ LC_ALL: "POSIX", LANG: "en_US.UTF-8" }, false],
    [{ LC_ALL: "", LANG: "en_US.UTF-8" }, true],
    [{ TERM: "linux", LANG: "en_US.UTF-8" }, false],
  ])("knows from %j whether marks can be shown", (env, hasUnicode) => {
    expect(terminalOf(screen, env).hasUnicode).toBe(hasUnicode);
  });
});
