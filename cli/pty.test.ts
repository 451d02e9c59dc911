import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { stripVTControlCharacters } from "node:util";
import { resolve } from "node:path";
import { type BuiltCli, buildCli } from "./fixtures/built-cli.ts";
import { leaveExecution } from "./fixtures/left-execution.ts";
import { ctrlC, Pty } from "./fixtures/pty.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";
import { approval, hello } from "./fixtures/workflows.ts";

const folder = createTestFolder();
const cwd = folder.path;
folder.write("approval.o8.json", approval);
folder.write("hello.o8.json", hello);
/** A plain module, which every runtime loads as it is. */
folder.write(
  "hold.mjs",
  `const step = { kind: "agent", id: "hold", agent: { id: "@test/hold" }, input: { kind: "literal", value: {} }, dependencies: [], onError: "fail", policies: {} };
   const execute = () => new Promise(() => { setInterval(() => undefined, 1_000); });
   export default {
     workflow: { kind: "workflow", version: "1.0.0", metadata: { id: "hold", name: "Hold" }, variables: {}, steps: [step], policies: {} },
     agents: [{ id: "@test/hold", version: "1.0.0", execute }],
   };`,
);

let built: BuiltCli;
beforeAll(async () => {
  built = await buildCli();
});
afterAll(() => {
  built[Symbol.dispose]();
  folder[Symbol.dispose]();
});

function command(runtime: string, argv: readonly string[]): readonly string[] {
  return runtime === "node"
    ? ["node", built.main, ...argv]
    : [process.execPath, resolve(import.meta.dir, "main.ts"), ...argv];
}

const showCursor = "\u001B[?25h";
const colour = /\p{Cc}\[(?:1|2|3[0-7])m/u;

describe.each(["bun", "node"])("orchestr8 in a terminal on %s", (runtime) => {
  const open = (argv: readonly string[], more: object = {}): Pty => new Pty(command(runtime, argv), { cwd, ...more });

  test("cancels at the first Ctrl-C, says so, leaves the last picture and gives the cursor back", async () => {
    const pty = open(["run", "approval.o8.json", "--durability", "memory"]);
    await pty.shows('waits for signal "approve"');
    pty.type(ctrlC);
    expect(await pty.exited).toBe(130);
    const text = stripVTControlCharacters(pty.text);
    expect(text).toContain("Cancelling: running steps may stop by themselves; Ctrl-C again exits at once");
    expect(text.slice(text.lastIndexOf("Approval "))).toMatch(
      /^Approval cancelled, 2\/3 steps, [\d.]+m?s\r\n {2}✓ hello [^\n]+\n {2}⊘ approval [^\n]+ cancelled\r\n[^]+2 cancelled; 1 attempt in /,
    );
    expect(pty.text.lastIndexOf(showCursor)).toBeGreaterThan(pty.text.lastIndexOf("\u001B[?25l"));
  }, 30_000);

  test("exits at once at the second Ctrl-C, whatever an agent does", async () => {
    const pty = open(["run", "hold.mjs", "--durability", "memory"]);
    await pty.shows(" hold");
    pty.type(ctrlC);
    await pty.shows("Ctrl-C again exits at once");
    pty.type(ctrlC);
    expect(await pty.exited).toBe(130);
    expect(pty.text.lastIndexOf(showCursor)).toBeGreaterThan(pty.text.lastIndexOf("\u001B[?25l"));
  }, 30_000);

  test("ends in good order at SIGTERM", async () => {
    const pty = open(["run", "approval.o8.json", "--durability", "memory"]);
    await pty.shows("waits for signal");
    pty.kill("SIGTERM");
    expect(await pty.exited).toBe(143);
    expect(stripVTControlCharacters(pty.text)).toContain("Approval cancelled");
  }, 30_000);

  test("draws as wide as the terminal has become", async () => {
    const pty = open(["run", "approval.o8.json", "--durability", "memory"], { columns: 120 });
    await pty.shows("waits for signal");
    const before = pty.text.length;
    pty.resize(24);
    await pty.shows("…", before);
    const later = pty.text.length;
    await pty.shows("approval", later);
    const lines = stripVTControlCharacters(pty.text.slice(later)).split(/\r?\n/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(24);
    pty.type(ctrlC);
    expect(await pty.exited).toBe(130);
  }, 30_000);

  test.each([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
    [{ FORCE_COLOR: "0" }, false],
    [{ TERM: "dumb" }, false],
    [{ TERM: "dumb", FORCE_COLOR: "1" }, true],
  ])(
    "paints as it is told: %j",
    async (env, isPainted) => {
      const pty = open(["list", "--state-dir", "none"], { env });
      expect(await pty.exited).toBe(2);
      expect(colour.test(pty.text)).toBe(isPainted);
    },
    30_000,
  );

  test("writes lines where the terminal cannot be drawn on, and nothing but the result with --quiet", async () => {
    const plain = open(["run", "hello.o8.json", "--durability", "memory"], { env: { TERM: "dumb" } });
    expect(await plain.exited).toBe(0);
    expect(plain.text).toMatch(/hi started\r\nhi completed in \d+ms\r\n1 done; 1 attempt in \d+ms\r\n/);
    const quiet = open(["run", "hello.o8.json", "--durability", "memory", "--quiet"]);
    expect(await quiet.exited).toBe(0);
    expect(quiet.text).toMatch(/^execution \S+ completed in \d+ms\r\n\{/);
  }, 30_000);

  test("does not mind a reader that has seen enough, and stops following for nobody", async () => {
    const id = await leaveExecution(cwd, "approval.o8.json");
    const pipe = `"$@" | head -1; echo "\${PIPESTATUS[0]}"`;
    for (const argv of [
      ["logs", id],
      ["export", id],
      ["inspect", id, "--json"],
    ]) {
      const child = Bun.spawn(["bash", "-c", pipe, "bash", ...command(runtime, argv)], {
        cwd,
        stdout: "pipe",
        stderr: "pipe",
        timeout: 20_000,
      });
      const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
      expect({ argv, last: out.trimEnd().split("\n").at(-1), err }).toEqual({ argv, last: "0", err: "" });
    }
  }, 60_000);
});
