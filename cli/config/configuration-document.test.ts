import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FakeContext } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { settingKeys, settingOf, variableOf } from "./settings.ts";

const root = join(import.meta.dirname, "../..");
const document = readFileSync(join(root, "docs/configuration.md"), "utf8");

describe("docs/configuration.md", () => {
  test("shows a config that loads, and means what it says", async () => {
    using folder = createTestFolder();
    const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(document) ?? [];
    folder.write("orchestr8.config.ts", example.replace('"orchestr8"', JSON.stringify(join(root, "lib/config.ts"))));
    folder.write("local.env", "STAGE=local");
    const settings = await resolveSettings({}, new FakeContext({ cwd: folder.path }));
    const said = settingKeys.filter((key) => settings.origin(key).layer === "project");
    expect(Object.fromEntries(said.map((key) => [key, settings.get(key)]))).toEqual({
      "server.port": 9_000,
      "server.allowedHosts": ["o8.internal"],
      "server.idle": "30m",
      durability: "fast",
      maxConcurrency: 20,
      timeout: "15m",
      agents: ["agents/**/*.agent.ts", "@acme/agents"],
      workflows: ["workflows/**/*.{o8.json,workflow.ts}"],
      env: ["REGION", "STAGE=development"],
      envFile: join(folder.path, "local.env"),
      "secrets.variables": { "github/token": "GITHUB_TOKEN" },
      "secrets.dir": "/run/secrets",
    });
  });

  test("lists every setting with its flag, its variable and what it is", () => {
    const rows = document.split("\n").map((line) => line.replaceAll(/ +/g, " "));
    for (const key of settingKeys) {
      const { flag, description } = settingOf(key);
      const row = rows.find((line) => line.startsWith(`| \`${key}\` |`)) ?? `no row for ${key}`;
      expect(row).toContain(`| ${flag === undefined ? "" : `\`--${flag}\` `}| \`${variableOf(key)}\` |`);
      expect(row).toContain(description);
    }
  });
});
