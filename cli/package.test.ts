import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { satisfies } from "semver";
import { version } from "../lib/version.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

const root = resolve(import.meta.dir, "..");
const manifest = readManifest(root);
const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith(".json"));
const slice = join(root, "examples/slice/vertical-slice.o8.json");
const runtimes = [["node"], ["bun"]] as const;

const work = mkdtempSync(join(tmpdir(), "o8-package-"));
const consumer = join(work, "consumer");
const installed = join(consumer, "node_modules/orchestr8");

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function run(command: readonly string[], cwd: string): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd });
  if (exitCode === 0) return stdout.toString();
  throw new Error(`Cannot run "${command.join(" ")}": exit code ${exitCode}\n${stdout.toString()}${stderr.toString()}`);
}

/** What is installed is what npm packs, beside nothing but its own dependencies. No network is needed. */
function install(): void {
  const stage = join(work, "stage");
  mkdirSync(stage);
  for (const name of ["package.json", "README.md", "LICENSE", "CHANGELOG.md"])
    cpSync(join(root, name), join(stage, name));
  run(["bun", "x", "tsc", "-p", "tsconfig.build.json", "--noCheck", "--outDir", join(stage, "dist")], root);
  run(["npm", "pack", "--offline", "--ignore-scripts", "--pack-destination", work], stage);
  mkdirSync(installed, { recursive: true });
  run(["tar", "-xzf", join(work, `orchestr8-${version}.tgz`), "-C", installed, "--strip-components=1"], work);
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    mkdirSync(dirname(join(consumer, "node_modules", name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(consumer, "node_modules", name));
  }
  writeFileSync(join(consumer, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }');
}

const moduleWorkflow = `import { defineAgent, defineWorkflow } from "orchestr8";

const shout = defineAgent({
  id: "@consumer/shout",
  version: "1.0.0",
  execute: (input: { readonly text: string }) => ({ text: input.text.toUpperCase() }),
});

export default defineWorkflow({
  id: "shout",
  version: "1.0.0",
  input: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  steps: ({ input, step }) => ({ said: step("shout", { agent: shout, input: { text: input.text } }).output.text }),
});
`;

const slowWorkflow = `import { defineWorkflow } from "orchestr8";

const slow = { id: "@consumer/slow", version: "1.0.0", execute: (_input: unknown, _context: unknown, signal: AbortSignal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })) };
export default defineWorkflow({ id: "slow", version: "1.0.0", steps: ({ step }) => void step("wait", { agent: slow, input: {} }) });
`;

beforeAll(() => {
  install();
  writeFileSync(join(consumer, "shout.ts"), moduleWorkflow);
  writeFileSync(join(consumer, "slow.mts"), slowWorkflow);
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe("the package", () => {
  test("has the version that the code says", () => {
    expect(manifest.version).toBe(version);
  });

  test("depends only on packages that accept Node 20.19, all the way down", () => {
    const unfit: string[] = [];
    const seen = new Set<string>();
    const visit = (folder: string): void => {
      if (seen.has(folder)) return;
      seen.add(folder);
      const { name, engines, dependencies = {} } = readManifest(folder);
      if (!satisfies("20.19.0", engines?.node ?? "*")) unfit.push(`${name} wants ${engines?.node}`);
      for (const dependency of Object.keys(dependencies)) visit(folderOf(dependency, folder));
    };
    visit(root);
    expect(unfit).toEqual([]);
    expect(seen.size).toBeGreaterThan(Object.keys(manifest.dependencies ?? {}).length);
  });

  test("holds no tests, fixtures or sources", () => {
    const files = run(["tar", "-tzf", join(work, `orchestr8-${version}.tgz`)], work)
      .trim()
      .split("\n");
    expect(files.filter((file) => /\.test\.|fixtures|(?<!\.d)\.ts$/.test(file))).toEqual([]);
    expect(files).toContain("package/dist/cli/main.js");
  });

  test.each(runtimes)("imports from every entry on %s", (runtime) => {
    const specifiers = entries.map((entry) => `orchestr8${entry.slice(1)}`);
    const script = `const empty = [];
for (const name of ${JSON.stringify(specifiers)}) if (Object.keys(await import(name)).length === 0) empty.push(name);
console.log(JSON.stringify(empty));`;
    writeFileSync(join(consumer, "entries.mjs"), script);
    expect(run([runtime, "entries.mjs"], consumer)).toBe("[]\n");
  });

  test("types a consumer", () => {
    writeFileSync(
      join(consumer, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          module: "NodeNext",
          target: "ES2023",
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          types: [],
        },
        files: ["shout.ts", "wrong.ts"],
      }),
    );
    writeFileSync(
      join(consumer, "wrong.ts"),
      `import { run } from "orchestr8";
import { retry } from "orchestr8/resilience";
import shout from "./shout.js";
const result = await run(shout, { input: { text: "hi" } });
if (result.status === "completed") result.output satisfies unknown;
// @ts-expect-error -- an option of this name does not exist
retry({ maxAttemps: 2 });
`,
    );
    expect(run([join(root, "node_modules/.bin/tsc"), "-p", "."], consumer)).toBe("");
  }, 30_000);
});

/** Where Node finds a package from `folder`. */
function folderOf(name: string, folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (at === dirname(at)) throw new Error(`Cannot find package "${name}": it is not installed`);
  }
}

describe.each(runtimes)("the packed CLI on %s", (runtime) => {
  const main = join(installed, manifest.bin["orchestr8"] ?? "");
  const command = (...argv: readonly string[]): string[] => [runtime, main, ...argv];

  test("starts with a Node shebang, prints its version and its help", () => {
    expect(readFileSync(main, "utf8")).toStartWith("#!/usr/bin/env node\n");
    expect(run(command("--version"), consumer)).toBe(`${version}\n`);
    expect(run(command("run", "--help"), consumer)).toStartWith("orchestr8 run <file>");
  });

  test("runs the slice and prints it as JSON (R14)", () => {
    const document: unknown = JSON.parse(run(command("run", slice, "--json"), consumer));
    expect(document).toMatchObject({
      status: "completed",
      workflow: { id: "vs-test-workflow" },
      output: { step1: { result: "Hello from step 1" }, step2: { result: "Hello from step 1" } },
    });
  });

  test("runs a TypeScript module with an agent of its own", () => {
    const out = run(command("run", "shout.ts", "--input", "text=hi", "--json"), consumer);
    expect(JSON.parse(out)).toMatchObject({ status: "completed", output: { said: "HI" } });
  });

  test.each([
    [["run", "shout.ts"], 2],
    [["run", "slow.mts", "--timeout", "20ms"], 5],
    [["validate", "package.json"], 4],
    [["nothing"], 2],
  ])("exits with its code: %j gives %d", (argv, code) => {
    expect(Bun.spawnSync(command(...argv), { cwd: consumer }).exitCode).toBe(code);
  });

  test("cancels at Ctrl-C", async () => {
    const child = Bun.spawn(command("run", "slow.mts", "--json"), {
      cwd: consumer,
      stdout: "pipe",
      stderr: "pipe",
      timeout: 20_000,
    });
    for await (const chunk of child.stderr) if (new TextDecoder().decode(chunk).includes("wait started")) break;
    child.kill("SIGINT");
    const document: unknown = JSON.parse(await new Response(child.stdout).text());
    expect({ code: await child.exited, document }).toMatchObject({ code: 130, document: { status: "cancelled" } });
  });

  test("serves until SIGTERM", async () => {
    const child = Bun.spawn(command("serve", "--port", "0"), {
      cwd: consumer,
      stdout: "pipe",
      stderr: "pipe",
      timeout: 20_000,
    });
    const { value } = await child.stderr.getReader().read();
    const url = /http:\S+/.exec(new TextDecoder().decode(value))?.[0] ?? "";
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(143);
  });

  test("does not mind a reader that has seen enough", async () => {
    const pipe = `"$0" "$1" run "$2" --json --quiet | head -c 1; echo " \${PIPESTATUS[0]}"`;
    const out = Bun.spawnSync(["bash", "-c", pipe, runtime, main, slice], { cwd: consumer });
    expect({ out: out.stdout.toString(), err: out.stderr.toString() }).toEqual({ out: "{ 0\n", err: "" });
  });
});
