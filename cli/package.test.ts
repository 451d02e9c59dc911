import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { satisfies } from "semver";
import { workflowSchema, workflowSchemaId } from "../dsl/format/workflow-schema.ts";
import { version } from "../lib/version.ts";
import { packPackages, runIn } from "./fixtures/pack-packages.ts";
import { createServerProject } from "./fixtures/server-project.ts";
import { approval } from "./fixtures/workflows.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
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
  return runIn(cwd, command);
}

/** What is installed is what npm packs, beside nothing but its own dependencies. No network is needed. */
function install(): void {
  const { orchestr8 } = packPackages(work);
  mkdirSync(installed, { recursive: true });
  run(["tar", "-xzf", orchestr8, "-C", installed, "--strip-components=1"], work);
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
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

/** `first` runs once; `gate` hangs until there is a file "open" beside the module. Both leave a line with their key. */
const durableWorkflow = `import { appendFileSync, existsSync } from "node:fs";
import { defineAgent, defineWorkflow } from "orchestr8";

const note = (line: string) => appendFileSync(new URL("calls.txt", import.meta.url), line + "\\n");
const first = defineAgent({
  id: "@consumer/first",
  version: "1.0.0",
  execute: (_input: unknown, { idempotencyKey }) => (note(idempotencyKey), { n: 7 }),
});
const gate = defineAgent({
  id: "@consumer/gate",
  version: "1.0.0",
  execute: async (input: unknown, { idempotencyKey }) => {
    note(idempotencyKey);
    if (existsSync(new URL("open", import.meta.url))) return input;
    console.error("at the gate");
    return await new Promise<unknown>(() => undefined);
  },
});
export default defineWorkflow({
  id: "durable",
  version: "1.0.0",
  steps: ({ step }) => {
    const one = step("first", { agent: first, input: {} });
    return { through: step("gate", { agent: gate, input: { n: one.output.n } }).output };
  },
});
`;

/** What of the testing kit has to work under every runner. */
const nodeTests = `import assert from "node:assert";
import { describe, it, test } from "node:test";
import { defineAgent, defineWorkflow } from "orchestr8";
import * as kit from "orchestr8/testing";

const double = defineAgent({ id: "@consumer/double", version: "1.0.0", execute: ({ n }) => ({ n: n * 2 }) });
const patient = (factor = 1) => defineWorkflow({
  id: "patient",
  version: "1.0.0",
  steps: ({ step, wait }) => {
    const pause = wait("pause", { for: "3d" });
    return { n: step("double", { agent: double, input: { n: 2 * factor }, dependsOn: [pause] }).output.n };
  },
});

kit.describeAgent(double, [{ input: { n: 2 }, output: { n: 4 } }], { runner: { describe, it } });
test("a wait of three days takes no time", async (t) => {
  const harness = kit.createHarness();
  t.after(() => harness.close());
  const began = performance.now();
  const run = await harness.run(patient());
  kit.assertCompleted(run, { n: 4 });
  kit.assertRanInOrder(run, ["pause", "double"]);
  assert.equal(run.elapsedMs, 3 * 86_400_000);
  const recording = await harness.record();
  kit.replay(recording, { workflow: patient() });
  assert.throws(() => kit.replay(recording, { workflow: patient(2) }), /input.n was 2 and is 4/);
});
test("a crash at every write changes nothing", async () => {
  kit.assertSurvived(await kit.everyCrash(patient()), { n: 4 });
});
test("a simulated world keeps every promise", async () => {
  kit.assertSound(await kit.simulate(patient(), { seed: 3 }));
});
test("a model answers", async () => {
  assert.equal((await kit.mockModel("Hi")({ messages: [] })).text, "Hi");
});
test("MSW is asked for when it is missing", async () => {
  const harness = kit.createHarness({ handlers: [] });
  await assert.rejects(harness.run(patient()), /npm install --save-dev msw@\\^2\\.15/);
});
`;

/** Runs beside an installed MSW. */
const mswTests = `import assert from "node:assert";
import { test } from "node:test";
import { http, HttpResponse } from "msw";
import { createHarness, mockModel, modelEndpoint } from "orchestr8/testing";

const ask = { id: "@consumer/ask", version: "1.0.0", execute: async ({ url, body }, { fetch }) =>
  await (await fetch(url, body && { method: "POST", body: JSON.stringify(body) })).text() };
test("handlers answer, and nothing else does", async (t) => {
  const rain = http.get("https://weather.test/", () => HttpResponse.text("rain"));
  const harness = createHarness({ handlers: [rain, modelEndpoint(mockModel("Hi"))] });
  t.after(() => harness.close());
  assert.equal(await harness.agent(ask).execute({ url: "https://weather.test/" }), "rain");
  const body = { model: "m", max_tokens: 9, messages: [] };
  assert.match(await harness.agent(ask).execute({ url: "https://api.anthropic.com/v1/messages", body }), /"text":"Hi"/);
  await assert.rejects(harness.agent(ask).execute({ url: "https://other.test/" }));
});
`;

/** Types go when it is translated, and the place is still the one that was written. */
const throwing = `interface Gone {
  readonly a: string;
}

throw new Error("on purpose");
`;

/** A project as people write it. */
const projectFiles: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "project", "private": true, "type": "module" }',
  ".env": 'GREETING="hello from .env"\nKEY=key-0123456789\nORCHESTR8_MAX_CONCURRENCY=3 # steps\n',
  "orchestr8.config.ts": `import { type Config, defineConfig } from "orchestr8";

const timeout: Config["timeout"] = "40s";
export default defineConfig({
  timeout,
  agents: ["agents/**/*.agent.ts", "@acme/agents"],
  secrets: { variables: { key: "KEY" } },
});
`,
  "agents/greeter.agent.ts": `import { defineAgent } from "orchestr8";

enum Tone { plain }
export const greeter = defineAgent({
  id: "@project/greeter",
  version: "1.0.0",
  execute: (input: { readonly key?: string }) => ({ said: process.env["GREETING"], key: input.key ?? Tone.plain }),
});
`,
  "workflows/greet.o8.json": JSON.stringify({
    version: "1.0.0",
    metadata: { id: "greet", name: "Greet" },
    context: { secretRefs: ["secret://key"] },
    steps: [{ id: "hi", agent: { id: "@project/greeter" }, input: { key: "${secrets.key}" } }],
    output: "${steps.hi.output}",
  }),
  "workflows/typed.workflow.ts": `import { defineWorkflow } from "orchestr8";
import { greeter } from "../agents/greeter.agent.js";

export default defineWorkflow({
  id: "typed",
  version: "1.0.0",
  steps: ({ step }) => step("hi", { agent: greeter, input: {} }).output.said,
});
`,
  "node_modules/@acme/agents/package.json":
    '{ "name": "@acme/agents", "type": "module", "exports": { "import": "./main.js" } }',
  "node_modules/@acme/agents/main.js":
    'export const packed = { id: "@acme/packed", version: "1.0.0", execute: () => null };',
};

beforeAll(() => {
  install();
  writeFileSync(join(consumer, "shout.ts"), moduleWorkflow);
  writeFileSync(join(consumer, "slow.mts"), slowWorkflow);
  writeFileSync(join(consumer, "throws.ts"), throwing);
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }), 60_000);

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
    const own = files.filter((file) => !file.startsWith("package/dist/templates/files/"));
    expect(own.filter((file) => /\.test\.|fixtures|(?<!\.d)\.ts$/.test(file))).toEqual([]);
    expect(files).toContain("package/dist/cli/main.js");
    expect(files).toContain("package/dist/server/pages/dashboard.html");
  });

  test.each(runtimes)("imports from every entry on %s", (runtime) => {
    // Bun's `expect` is Bun's alone.
    const here = entries.filter((entry) => runtime === "bun" || entry !== "./testing/bun");
    const specifiers = here.map((entry) => `orchestr8${entry.slice(1)}`);
    const script = `const empty = [];
for (const name of ${JSON.stringify(specifiers)}) if (Object.keys(await import(name)).length === 0) empty.push(name);
console.log(JSON.stringify(empty));`;
    writeFileSync(join(consumer, "entries.mjs"), script);
    expect(run([runtime, "entries.mjs"], consumer)).toBe("[]\n");
  });

  test("tests workflows under node:test, without MSW where there are no handlers", () => {
    writeFileSync(join(consumer, "kit.test.mjs"), nodeTests);
    writeFileSync(join(consumer, "msw.test.mjs"), mswTests);
    const out = run(["node", "--test", "--test-reporter", "tap", "kit.test.mjs"], consumer);
    expect(out).toMatch(/# pass [89]\n# fail 0/);
    expect(out).toContain("MSW is asked for when it is missing");
    const msw = join(consumer, "node_modules/msw");
    symlinkSync(join(root, "node_modules/msw"), msw);
    try {
      run(["node", "--test", "msw.test.mjs"], consumer);
    } finally {
      rmSync(msw);
    }
  }, 30_000);

  test("has the schema of workflow files, at its address and under its export", () => {
    const path = "dist/schema/workflow.v1.json";
    expect(workflowSchemaId).toBe(`https://unpkg.com/${manifest.name}/${path}`);
    expect(JSON.parse(readFileSync(join(installed, path), "utf8"))).toEqual(workflowSchema());
    writeFileSync(
      join(consumer, "schema.mjs"),
      'import schema from "orchestr8/workflow.schema.json" with { type: "json" };\nconsole.log(schema.$id);',
    );
    for (const [runtime] of runtimes) expect(run([runtime, "schema.mjs"], consumer)).toBe(`${workflowSchemaId}\n`);
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

describe("a start of the packed CLI", () => {
  const main = join(installed, manifest.bin["orchestr8"] ?? "");
  /** Packages by name, and how many files of our own. */
  const loads = (
    argv: readonly string[],
    cwd = consumer,
  ): { readonly packages: readonly string[]; readonly files: number } => {
    const hook = join(root, "cli/fixtures/note-loads.mjs");
    // Where nothing is configured.
    const env = { PATH: process.env["PATH"] };
    const { exitCode, stderr } = Bun.spawnSync(["node", "--import", hook, main, ...argv], { cwd, env });
    expect(exitCode).toBe(0);
    const urls = [...stderr.toString().matchAll(/^loads (file:.+)$/gm)].map(([, url = ""]) => url);
    const own = urls.filter((url) => url.includes("/orchestr8/dist/"));
    const names = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    return {
      packages: [...new Set(names)].filter((name) => name !== "orchestr8").toSorted(),
      files: own.length,
    };
  };

  test.each([[["--help"]], [["version"]]])("takes a few files and no package for %j", (argv) => {
    const { packages, files } = loads(argv);
    expect(packages).toEqual([]);
    expect(files).toBeGreaterThan(0);
    expect(files).toBeLessThan(10);
  });

  test("takes a few files and no package for a run on a server that runs already", async () => {
    await using project = createServerProject(["node", main]);
    project.write("approval.o8.json", approval);
    expect(await project.spawn("run", "approval.o8.json", "--detach").exited).toBe(0);
    const { packages, files } = loads(["run", "approval.o8.json", "--detach"], project.path);
    expect(packages).toEqual([]);
    expect(files).toBeLessThan(10);
  }, 60_000);

  test("takes for a run what checks inputs and keeps the journal: no server, no module loader, no exporter", () => {
    const { packages, files } = loads(["run", slice, "--local"]);
    expect(packages).toEqual(["@cfworker/json-schema", "libsql"]);
    expect(files).toBeLessThan(60);
  });

  test("says whose code is in it", () => {
    const licences = readFileSync(join(installed, "dist/cli/LICENSES.txt"), "utf8");
    for (const name of ["valibot", "@opentelemetry/api", "semver"]) expect(licences).toContain(`\n\n${name} `);
  });
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
    expect(run(command("run", "--help"), consumer)).toStartWith("orchestr8 run <file | id>");
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

  test.each([
    ["throws.ts", throwing, /: on purpose, at throws\.ts:5:\d+$/],
    ["outer.ts", 'import "./throws.ts";\n', /: on purpose, at throws\.ts:5:\d+$/],
    ["syntax.ts", "const a: number = 1;\nconst b = ;\n", /: Unexpected .*, at syntax\.ts:2:1[01]$/],
    ["no-default.ts", "export const a: number = 1;\n", /: it has no default export$/],
    ["wrong.ts", "enum A { x = 1 }\nexport default A;\n", /: its default export is no workflow$/],
    [
      "refused.ts",
      'import { defineWorkflow } from "orchestr8";\n\nexport default defineWorkflow({ id: "x", version: "one", steps: () => undefined });\n',
      /: Cannot define workflow "x": version must be semver such as "1\.0\.0", at refused\.ts:3:\d+$/,
    ],
  ])("says what is wrong with a module, and where: %s", (name, text, message) => {
    writeFileSync(join(consumer, name), text);
    const { exitCode, stdout } = Bun.spawnSync(command("validate", name, "--json"), { cwd: consumer });
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout.toString()).files[0].error.message).toMatch(message);
  });

  test("draws, prints, compares and types a workflow", () => {
    const folder = join(consumer, `tools-${runtime}`);
    mkdirSync(folder);
    cpSync(slice, join(folder, "slice.o8.json"));
    const o8 = (...argv: readonly string[]): string => run(command(...argv), folder);
    expect(o8("graph", "slice.o8.json")).toContain("┌");
    expect(o8("graph", "slice.o8.json", "--format", "svg")).toStartWith("<svg ");
    writeFileSync(join(folder, "slice.ts"), o8("print", "slice.o8.json"));
    expect(o8("diff", "slice.o8.json", "slice.ts")).toBe("the workflows mean the same\n");
    o8("types");
    writeFileSync(
      join(folder, "main.mjs"),
      'import { loadWorkflow, run } from "orchestr8";\nimport slice from "./slice.o8.json" with { type: "json" };\n' +
        "console.log((await run(loadWorkflow(slice))).output.step2.result);\n",
    );
    expect(run([runtime, "main.mjs"], folder)).toBe("Hello from step 1\n");
  }, 30_000);

  test("works in a project with config, agents and workflows in TypeScript, and an environment file", () => {
    const folder = join(consumer, `project-${runtime}`);
    for (const [name, text] of Object.entries(projectFiles)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const o8 = (...argv: readonly string[]): unknown => JSON.parse(run(command(...argv, "--json"), folder));
    expect(o8("config", "get", "timeout")).toMatchObject({ value: "40s", place: "orchestr8.config.ts" });
    expect(o8("config", "get", "maxConcurrency")).toMatchObject({
      value: 3,
      place: "the variable ORCHESTR8_MAX_CONCURRENCY of .env",
    });
    expect(o8("agents")).toMatchObject({
      problems: [],
    });
    const { agents } = o8("agents") as { agents: readonly { readonly id: string; readonly from: string }[] };
    expect(agents.filter(({ from }) => from !== "built in")).toMatchObject([
      { id: "@project/greeter" },
      { id: "@acme/packed", from: "@acme/agents" },
    ]);
    expect(o8("workflows")).toMatchObject({ workflows: [{ id: "greet" }, { id: "typed" }], problems: [] });
    expect(o8("run", "greet")).toMatchObject({ output: { said: "hello from .env", key: "[secret:key]" } });
    expect(o8("run", "typed")).toMatchObject({ output: "hello from .env" });
  }, 30_000);

  describe("in a copy of the examples", () => {
    const folder = join(consumer, `examples-${runtime}`);
    const env = { ...process.env, ORCHESTR8_SERVER_AUTO: "false", ANTHROPIC_API_KEY: "" };
    /** Their limits are for their own work, and not for a disk that others keep busy. */
    const inMemory = ["--durability", "memory"];
    /** The last one answers from recorded replies. The limits of the first two stand in their files. */
    const examples = [
      ["hello-world", { text: "Hello, world!" }, []],
      ["data-pipeline", { report: "output/report.md", days: 14, missing: [] }, []],
      ["multi-agent-research", { isGoodEnough: true, answeredBy: "recorded replies" }, ["--timeout", "10s"]],
    ] as const;

    beforeAll(() =>
      cpSync(join(root, "examples"), folder, { recursive: true, filter: (path) => !path.endsWith("/output") }),
    );

    test.each(examples)(
      "runs %s, as JSON and as TypeScript",
      (name, output, limit) => {
        for (const spelling of ["o8.json", "workflow.ts"]) {
          const argv = command("run", `${name}/${name}.${spelling}`, "--json", "--quiet", ...inMemory, ...limit);
          const { stdout, stderr } = Bun.spawnSync(argv, { cwd: folder, env });
          const document: unknown = JSON.parse(stdout.toString() || stderr.toString());
          expect(document).toMatchObject({ status: "completed", output });
        }
      },
      30_000,
    );

    test.each(examples)(
      "runs %s over HTTP",
      async (name, output) => {
        const child = Bun.spawn(command("serve", "--port", "0", "--no-auth", ...inMemory), {
          cwd: join(folder, name),
          env,
          stdout: "ignore",
          stderr: "pipe",
          timeout: 30_000,
        });
        try {
          const { value } = await child.stderr.getReader().read();
          const url = /http:\S+/.exec(new TextDecoder().decode(value))?.[0] ?? "";
          const workflow = readFileSync(join(folder, name, `${name}.o8.json`), "utf8");
          const response = await fetch(`${url}/workflows/execute`, {
            method: "POST",
            headers: { "content-type": "application/json", prefer: "wait=10" },
            body: `{"workflow":${workflow}}`,
          });
          expect(await response.json()).toMatchObject({ status: "completed", output });
        } finally {
          child.kill("SIGKILL");
          await child.exited;
        }
      },
      30_000,
    );
  });

  test("runs without the packages that export traces, and says how to install them", () => {
    const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
    const { exitCode, stderr } = Bun.spawnSync(command("run", slice), { cwd: consumer, env });
    expect(exitCode).toBe(0);
    expect(stderr.toString()).toContain(
      'warning: Cannot export traces: the packages for it are not installed; run "npm install @opentelemetry/sdk-trace-node@2 ',
    );
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
    expect((await fetch(`${url}/assets/dashboard.js`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(143);
  });

  describe("beside a run of another process", () => {
    const folder = join(consumer, runtime);
    /** Four processes, one after the other, on a busy machine. */
    const patienceMs = 30_000;

    /** The CLI in a project of its own. */
    const o8 = (...argv: readonly string[]): string => run(command(...argv), folder);
    const started: Bun.Subprocess[] = [];
    const start = (...argv: readonly string[]): Bun.Subprocess<"ignore", "pipe", "pipe"> => {
      const child = Bun.spawn(command(...argv), { cwd: folder, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
      started.push(child);
      return child;
    };
    // Also where a test fails before it comes to that.
    afterEach(() => {
      for (const child of started.splice(0)) child.kill("SIGKILL");
    });
    const said = async ({ stderr }: { readonly stderr: ReadableStream<Uint8Array> }, text: string): Promise<string> => {
      let all = "";
      for await (const chunk of stderr) {
        all += new TextDecoder().decode(chunk);
        if (all.includes(text)) break;
      }
      return /execution (\S+) started/.exec(all)?.[1] ?? "";
    };

    beforeAll(() => {
      mkdirSync(folder);
      writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
      writeFileSync(join(folder, "approval.o8.json"), approval);
      writeFileSync(join(folder, "durable.ts"), durableWorkflow);
    });

    test(
      "lists it, inspects it, and sends the signal that ends it",
      async () => {
        const child = start("run", "approval.o8.json", "--json");
        const id = await said(child, "approval waits for signal");
        expect(JSON.parse(o8("list", "--status", "waiting", "--json"))).toMatchObject({
          executions: [{ executionId: id, status: "waiting", isOwned: true }],
        });
        expect(o8("inspect", "latest:waiting")).toContain("approval");
        expect(JSON.parse(o8("signal", id, "approve", '{"by":"Ada"}', "--json"))).toMatchObject({ isOwned: true });
        const document: unknown = JSON.parse(await new Response(child.stdout).text());
        expect({ code: await child.exited, document }).toMatchObject({
          code: 0,
          document: { executionId: id, status: "completed", output: { by: "Ada" } },
        });
      },
      patienceMs,
    );

    test(
      "cancels it",
      async () => {
        const child = start("run", "approval.o8.json", "--json");
        const id = await said(child, "approval waits for signal");
        expect(o8("cancel", id, "--reason", "not today")).toBe(`execution ${id} cancelled\n`);
        const document: unknown = JSON.parse(await new Response(child.stdout).text());
        expect({ code: await child.exited, document }).toMatchObject({
          code: 3,
          document: { status: "cancelled", reason: "not today" },
        });
      },
      patienceMs,
    );

    test(
      "resumes it after kill -9, from where it was",
      async () => {
        const child = start("run", "durable.ts");
        const id = await said(child, "at the gate");
        child.kill("SIGKILL");
        await child.exited;
        expect(o8("list", "--status", "running")).toContain("no process runs it");
        writeFileSync(join(folder, "open"), "");
        expect(JSON.parse(o8("resume", "latest", "--json"))).toMatchObject({
          executionId: id,
          status: "completed",
          output: { through: { n: 7 } },
        });
        const calls = readFileSync(join(folder, "calls.txt"), "utf8").trim().split("\n");
        expect(calls).toEqual([`${id}:first`, `${id}:gate`, `${id}:gate`]);
        expect(o8("inspect", id, "--journal")).toContain("attempt 1 ended with its process");
      },
      patienceMs,
    );

    test(
      "serves on after kill -9, and goes on with what it had accepted",
      async () => {
        const token = "a-token-that-nobody-guesses-in-time";
        const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
        const serving = async () => {
          const child = start("serve", "--port", "0", "--state-dir", "served", "--token", token);
          const { value } = await child.stderr.getReader().read();
          return { child, url: /http:\S+/.exec(new TextDecoder().decode(value))?.[0] ?? "" };
        };
        const post = async (url: string, body: string): Promise<Response> =>
          await fetch(url, { method: "POST", headers, body });
        const first = await serving();
        const accepted = await post(`${first.url}/workflows/execute`, `{"workflow":${approval}}`);
        const { links }: { readonly links: { readonly self: string } } = JSON.parse(await accepted.text());
        first.child.kill("SIGKILL");
        await first.child.exited;
        const second = await serving();
        const self = `${second.url}${links.self}`;
        expect((await post(`${self}/signals/approve`, '{"payload":{"by":"Ada"}}')).status).toBe(202);
        let view: { readonly status?: string } = {};
        while (view.status !== "completed") view = JSON.parse(await (await fetch(self, { headers })).text());
        expect(view).toMatchObject({ output: { by: "Ada" } });
        second.child.kill("SIGTERM");
        expect(await second.child.exited).toBe(143);
      },
      patienceMs,
    );

    test(
      "ends what a killed process has left, without its code",
      async () => {
        const child = start("run", "approval.o8.json");
        const id = await said(child, "approval waits for signal");
        child.kill("SIGKILL");
        await child.exited;
        expect(o8("cancel", id)).toBe(`execution ${id} cancelled\n`);
        expect(JSON.parse(o8("inspect", id, "--json"))).toMatchObject({ status: "cancelled" });
      },
      patienceMs,
    );
  });

  test("starts a server, goes on with an execution when that is killed, and stops the next one", async () => {
    await using project = createServerProject([runtime, main]);
    project.write("approval.o8.json", approval);
    const child = project.spawn("run", "approval.o8.json", "--json");
    const decoder = new TextDecoder();
    const reader = child.stderr.getReader();
    let said = "";
    const hears = async (text: string): Promise<void> => {
      while (!said.includes(text)) {
        const { done, value } = await reader.read();
        if (done)
          throw new Error(
            `Cannot hear "${text}": the run ended with ${await child.exited}, and had said ${said}${await new Response(child.stdout).text()}`,
          );
        said += decoder.decode(value);
      }
    };
    await hears("approval waits for signal");
    process.kill((await project.state()).pid, "SIGKILL");
    await hears("goes on after");
    expect(await project.spawn("signal", "latest", "approve", '{"by":"Ada"}').exited).toBe(0);
    const document: unknown = JSON.parse(await new Response(child.stdout).text());
    expect({ code: await child.exited, document }).toMatchObject({
      code: 0,
      document: { status: "completed", output: { by: "Ada" } },
    });
    expect(await new Response(project.spawn("status").stdout).text()).toContain("none unfinished");
    expect([await project.spawn("stop").exited, project.servers()]).toEqual([0, []]);
  }, 60_000);

  test("does not mind a reader that has seen enough", async () => {
    const pipe = `"$0" "$1" run "$2" --json --quiet | head -c 1; echo " \${PIPESTATUS[0]}"`;
    const out = Bun.spawnSync(["bash", "-c", pipe, runtime, main, slice], { cwd: consumer });
    expect({ out: out.stdout.toString(), err: out.stderr.toString() }).toEqual({ out: "{ 0\n", err: "" });
  });
});
