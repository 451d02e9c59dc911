import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../lib/testing/rejection-of.ts";
import { FakeContext } from "../fixtures/fake-context.ts";
import { serverIsWanted } from "./server-is-wanted.ts";

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
  ])("is asked by %j in %j", async (values, env, expected) => {
    const context = new FakeContext({ env: { ORCHESTR8_SERVER_AUTO: undefined, ...env } });
    expect(await serverIsWanted(values, context)).toBe(expected);
  });

  test("refuses what contradicts itself", async () => {
    const asked = serverIsWanted({ local: true, detach: true }, new FakeContext());
    expect(String(await rejectionOf(asked))).toContain('Cannot use "--local" with "--detach"');
  });
});
