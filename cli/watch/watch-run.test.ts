import { afterAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";

const main = resolve(import.meta.dir, "../main.ts");
const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

function saying(text: string): string {
  return `const agent = { id: "@test/say", version: "1.0.0", execute: () => ${JSON.stringify(text)} };\nexport { agent };\n`;
}

describe("orchestr8 run --watch", () => {
  test("runs a module again with all that it imports, shows its mistakes, and ends at Ctrl-C", async () => {
    folder.write("agent.ts", saying("first"));
    folder.write(
      "flow.ts",
      `import { defineWorkflow } from ${JSON.stringify(resolve(import.meta.dir, "../../dsl/define.ts"))};
       import { agent } from "./agent.ts";
       export default defineWorkflow({ id: "flow", version: "1.0.0", steps: ({ step }) => step("say", { agent, input: {} }).output });`,
    );
    const child = Bun.spawn([process.execPath, main, "run", "--watch", "--durability", "memory", "flow.ts"], {
      cwd,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 20_000,
    });
    const out = child.stdout.getReader();
    const err = child.stderr.getReader();
    let said = "";
    const until = async (reader: typeof out, text: string): Promise<void> => {
      for (said = ""; !said.includes(text);) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`It ended before it said ${text}: ${said}`);
        said += new TextDecoder().decode(value);
      }
    };
    await until(out, '"first"');
    await until(err, "Watching 2 files; Ctrl-C ends");
    folder.write("agent.ts", saying("the second"));
    await until(out, '"the second"');
    await until(err, "Watching 2 files; Ctrl-C ends");
    folder.write("agent.ts", "export const agent = ;");
    await until(err, "Watching 2 files; Ctrl-C ends");
    expect(said).toContain('error: Cannot load "flow.ts": ');
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
  }, 60_000);

  test.each([
    [["-"], 'Cannot use "--watch" with "-": stdin can be read once'],
    [["--idempotency-key", "k"], 'Cannot use "--watch" with "--idempotency-key": every run is a new one'],
  ])("refuses what makes no sense twice: %j", async (more, message) => {
    folder.write("hello.o8.json", hello);
    const { exitCode, stderr } = await cli(["run", "hello.o8.json", "--watch", ...more], { cwd });
    expect({ exitCode, message: stderr.split("\n")[0] }).toEqual({ exitCode: 2, message: `error: ${message}` });
  });
});
