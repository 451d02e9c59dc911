import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { workflowSchema } from "../dsl/format/workflow-schema.ts";
import { cli } from "./fixtures/fake-context.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";

const folder = createTestFolder();
afterAll(() => folder[Symbol.dispose]());
const text = `${JSON.stringify(workflowSchema(), null, 2)}\n`;

describe("orchestr8 schema", () => {
  test("writes the schema to stdout and nothing else anywhere", async () => {
    expect(await cli(["schema"])).toEqual({ exitCode: 0, stdout: text, stderr: "" });
  });

  test("writes a file, makes its folder, and replaces what is there", async () => {
    const written = { exitCode: 0, stdout: "", stderr: "new/workflow.schema.json written\n" } as const;
    const write = () => cli(["schema", "new/workflow.schema.json"], { cwd: folder.path });
    expect(await write()).toEqual(written);
    folder.write("new/workflow.schema.json", "an older one");
    expect(await write()).toEqual(written);
    expect(readFileSync(join(folder.path, "new/workflow.schema.json"), "utf8")).toBe(text);
  });

  test.each([
    [".", "it is a folder"],
    ["package.json/schema.json", "there is a file where its folder should be"],
  ])("says why it cannot write %j", async (file, state) => {
    expect(await cli(["schema", file], { cwd: folder.path })).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `error: Cannot write the schema to "${file}": ${state}\n`,
    });
  });

  test("takes no more than one file", async () => {
    expect(await cli(["schema", "a.json", "b.json"])).toMatchObject({ exitCode: 2, stdout: "" });
  });
});
