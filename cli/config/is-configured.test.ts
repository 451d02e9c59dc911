import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeContext } from "../fixtures/fake-context.ts";
import { isConfigured } from "./is-configured.ts";

const root = mkdtempSync(join(tmpdir(), "o8-configured-"));
afterAll(() => rmSync(root, { recursive: true }));

let cwd = "";
beforeEach(() => {
  cwd = mkdtempSync(join(root, "project-"));
  writeFileSync(join(cwd, "package.json"), "{}");
});

/** In a shell that says nothing else. */
function asked(env: Record<string, string> = {}): Promise<boolean> {
  const context = new FakeContext({ cwd, env });
  delete context.env["ORCHESTR8_SERVER_AUTO"];
  return isConfigured(context);
}

describe("isConfigured()", () => {
  test("is false for a project that says nothing, in a shell that says nothing", async () => {
    expect(await asked({ HOME: join(root, "nobody") })).toBe(false);
  });

  test.each([".env", "orchestr8.config.json", "orchestr8.config.ts"])("sees %s of the project", async (name) => {
    writeFileSync(join(cwd, name), "{}");
    expect(await asked()).toBe(true);
  });

  test("sees a variable, and the user's own config", async () => {
    expect(await asked({ ORCHESTR8_URL: "http://localhost" })).toBe(true);
    const home = mkdtempSync(join(root, "home-"));
    mkdirSync(join(home, "orchestr8"));
    expect(await asked({ XDG_CONFIG_HOME: home })).toBe(false);
    writeFileSync(join(home, "orchestr8/config.json"), "{}");
    expect(await asked({ XDG_CONFIG_HOME: home })).toBe(true);
  });
});
