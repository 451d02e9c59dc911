import { describe, expect, test } from "bun:test";
import { isWorkflowId, serverIsWanted } from "./server-is-wanted.ts";

const flags = { local: false, detach: false };

describe("serverIsWanted()", () => {
  test.each([
    [flags, {}, true],
    [flags, { CI: "true" }, false],
    [flags, { CI: "false" }, true],
    [flags, { ORCHESTR8_SERVER_AUTO: "false" }, false],
    [flags, { ORCHESTR8_SERVER_AUTO: "0" }, false],
    [flags, { ORCHESTR8_SERVER_AUTO: "true" }, true],
    [{ local: true, detach: false }, {}, false],
    [{ local: false, detach: true }, { CI: "1", ORCHESTR8_SERVER_AUTO: "false" }, true],
  ])("is asked by %j in %j", (values, env, expected) => {
    expect(serverIsWanted(values, { env })).toBe(expected);
  });

  test("refuses what contradicts itself", () => {
    expect(() => serverIsWanted({ local: true, detach: true }, { env: {} })).toThrow(
      'Cannot use "--local" with "--detach"',
    );
  });
});

describe("isWorkflowId()", () => {
  test.each([
    ["greet", true],
    ["greet.v2", true],
    ["greet.o8.json", false],
    ["./greet", false],
    ["flows/greet", false],
    ["greet.ts", false],
    ["greet.mjs", false],
  ])("tells %s from a file", (text, expected) => {
    expect(isWorkflowId(text)).toBe(expected);
  });
});
