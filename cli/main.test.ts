import { afterAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { createTestFolder } from "./fixtures/test-folder.ts";

const main = resolve(import.meta.dir, "main.ts");
const slice = resolve(import.meta.dir, "../examples/slice/vertical-slice.o8.json");
const folder = createTestFolder();
afterAll(() => folder[Symbol.dispose]());

const stubborn = folder.writeModule(
  "stubborn.ts",
  `step("wait", { agent: agent("stubborn", () => new Promise(() => { setInterval(() => undefined, 1000); })), input: {} });`,
);
const leaking = folder.writeModule(
  "leaking.ts",
  `step("leak", { agent: agent("leak", () => { setInterval(() => undefined, 1000); return 1; }), input: {} });`,
);
const slow = folder.writeModule("slow.ts", `step("wait", { agent: slow, input: {} });`);
const large = folder.writeModule(
  "large.ts",
  `step("large", { agent: agent("large", () => ({ text: "x".repeat(1_000_000) })), input: {} });`,
);

/** The CLI as a process of its own. A killed test leaves none behind. */
function start(...argv: readonly string[]): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  return Bun.spawn([process.execPath, main, ...argv], {
    cwd: folder.path,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 20_000,
  });
}

/** Reads until the stream holds `text`. */
async function readUntil(stream: ReadableStream<Uint8Array>, text: string): Promise<string> {
  const decoder = new TextDecoder();
  let all = "";
  for await (const chunk of stream) {
    all += decoder.decode(chunk, { stream: true });
    if (all.includes(text)) break;
  }
  return all;
}

describe("the orchestr8 process", () => {
  test.each([
    [["run", slice, "--quiet"], 0],
    [["run", "absent.o8.json"], 2],
    [["run", slow, "--timeout", "1ms"], 5],
  ])("exits with what the command says: %j", async (argv, code) => {
    expect(await start(...argv).exited).toBe(code);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends in good order at one %s", async (signal, code) => {
    const child = start("run", slow, "--json");
    await readUntil(child.stderr, "wait started");
    child.kill(signal);
    const document: unknown = JSON.parse(await new Response(child.stdout).text());
    expect({ code: await child.exited, document }).toMatchObject({ code, document: { status: "cancelled" } });
  });

  test("ends at once at the second Ctrl-C, whatever an agent does", async () => {
    const child = start("run", stubborn, "--json");
    const reader = child.stderr.getReader();
    const read = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
    const readUntilSaid = async (text: string): Promise<void> => {
      for (let all = ""; !all.includes(text);) all += await read();
    };
    await readUntilSaid("wait started");
    child.kill("SIGINT");
    await readUntilSaid("Ctrl-C again exits at once");
    child.kill("SIGINT");
    expect({ code: await child.exited, out: await new Response(child.stdout).text() }).toEqual({ code: 130, out: "" });
  });

  test("ends although an agent left a timer behind, with all of its output", async () => {
    const child = start("run", leaking, "--json", "--quiet");
    const document: unknown = JSON.parse(await new Response(child.stdout).text());
    expect({ code: await child.exited, document }).toMatchObject({ code: 0, document: { output: { leak: 1 } } });
  });

  test("gives all of a large result to a pipe", async () => {
    const child = start("run", large, "--json", "--quiet");
    const document: unknown = JSON.parse(await new Response(child.stdout).text());
    expect(document).toMatchObject({ output: { large: { text: "x".repeat(1_000_000) } } });
  });

  test("does not mind a reader that has seen enough", async () => {
    const pipe = `"$0" "$1" run "$2" --json | head -c 1; echo " \${PIPESTATUS[0]}"`;
    const child = Bun.spawn(["bash", "-c", pipe, process.execPath, main, large], {
      cwd: folder.path,
      stdout: "pipe",
      stderr: "pipe",
      timeout: 20_000,
    });
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    expect({ out, err: err.replaceAll(/\d+ms/g, "0ms").replace(/[0-9a-f-]{36}/, "ID") }).toEqual({
      out: "{ 0\n",
      err: "execution ID started\nlarge started\nlarge completed in 0ms\n1 done; 1 attempt in 0ms\n",
    });
  });
});
