import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cli } from "./fixtures/fake-context.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";

const note = JSON.stringify({
  version: "1.0.0",
  metadata: { id: "note", name: "Note" },
  steps: [{ id: "read", agent: { id: "@orchestr8/file" }, input: { read: "note.txt" } }],
  output: "${steps.read.output.content}",
});

function configured(agentConfig: object): ReturnType<typeof createTestFolder> {
  const folder = createTestFolder();
  folder.write("orchestr8.config.json", JSON.stringify({ agentConfig }));
  folder.write("note.o8.json", note);
  mkdirSync(join(folder.path, "data"));
  folder.write("data/note.txt", "Buy milk");
  return folder;
}

describe("agents that the project configures", () => {
  test("get what it says of them; the rest, which is of others, is left out", async () => {
    using folder = configured({ "@orchestr8/file": { root: "data" }, "@acme/other": { key: 1 } });
    const { exitCode, stdout } = await cli(["run", "note.o8.json", "--json"], { cwd: folder.path });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { output: "Buy milk" }]);
  });

  test("say where it is wrong", async () => {
    using folder = configured({ "@orchestr8/file": { root: 5 } });
    const { exitCode, stderr } = await cli(["run", "note.o8.json"], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('see "agentConfig" of the configuration');
  });

  test("do nothing that the project does not allow", async () => {
    using folder = configured({});
    const { exitCode, stderr } = await cli(["run", "note.o8.json"], { cwd: folder.path });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('Cannot use agent "@orchestr8/file": its operator must configure it, with agentConfig');
  });
});
