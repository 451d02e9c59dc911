import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseWorkflow, run, workflowHash } from "orchestr8";
import fromTypeScript from "./hello-world.workflow.ts";

const fromJson = parseWorkflow(readFileSync(join(import.meta.dir, "hello-world.o8.json"), "utf8"));

describe("hello-world", () => {
  test("is one workflow in two spellings", () => {
    expect(fromTypeScript.workflow).toEqual(fromJson);
    expect(workflowHash(fromTypeScript.workflow)).toBe(workflowHash(fromJson));
  });

  test("greets whom it is told to", async () => {
    expect(await run(fromTypeScript, { input: { name: "Ada" } })).toMatchObject({
      status: "completed",
      output: { text: "Hello, Ada!" },
    });
  });

  test("greets the world when it is told nobody", async () => {
    expect(await run({ workflow: fromJson })).toMatchObject({ status: "completed", output: { text: "Hello, world!" } });
  });

  test("refuses a name that is no text, before anything runs", async () => {
    const refused = run({ workflow: fromJson }, { input: { name: 1 } });
    expect(refused).rejects.toMatchObject({ code: "VALIDATION", issues: [{ pointer: "/name" }] });
  });
});
