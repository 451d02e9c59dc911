import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { cli } from "./fixtures/fake-context.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";

const slice = resolve(import.meta.dir, "../examples/slice/vertical-slice.o8.json");
const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

const broken = folder.write(
  "broken.o8.json",
  `{
  "version": "1.0.0",
  "metadata": { "id": "broken", "name": "Broken", "id": "twice" },
  "steps": [
    { "id": "fetch", "agent": { "id": "@orchestr8/helo-world" }, "input": { "message": "hi" } },
    { "id": "a", "agent": { "id": "@orchestr8/hello-world" }, "dependencies": ["b"], "input": { "message": "\${steps.fetsh.output.result}" } },
    { "id": "b", "agent": { "id": "@orchestr8/hello-world" }, "dependencies": ["a"], "input": { "message": "b" } }
  ]
}
`,
);
const noJson = folder.write("no-json.o8.json", '{\n  "version": 1,,\n}\n');
const warned = folder.write(
  "warned.o8.json",
  JSON.stringify({
    version: "1.0.0",
    metadata: { id: "warned", name: "Warned" },
    input: { type: "object", properties: { name: { type: "string" } } },
    steps: [{ id: "one", agent: { id: "@orchestr8/hello-world" }, input: { message: "${input.name}" } }],
  }),
);

interface Document {
  readonly valid: boolean;
  readonly files: readonly {
    readonly file: string;
    readonly valid: boolean;
    readonly error?: unknown;
    readonly diagnostics: readonly {
      readonly code: string;
      readonly fix?: string;
      readonly range: { readonly start: { readonly line: number; readonly column: number } };
    }[];
  }[];
}

/** Twice 2 attempts of 30 s with up to 1.5 s between them, and 5 s of grace. */
const sliceBounds = "  longest path: 2 steps, step1 -> step2\n  at most: 4 attempts, 2m 08s\n";

const problems = [
  ["JSON_DUPLICATE_KEY", 3, 51, true],
  ["AGENT_UNKNOWN", 5, 39, true],
  ["STEP_CYCLE", 6, 80, true],
  ["STEP_UNKNOWN", 6, 117, true],
];

describe("orchestr8 validate", () => {
  test("shows all problems of all files at once, each with its place and a fix, and exits with 4", async () => {
    const { exitCode, stdout, stderr } = await cli(["validate", broken, slice, noJson, "--json"], { cwd });
    const document: Document = JSON.parse(stdout);
    const found = document.files[0]?.diagnostics.map(({ code, range: { start }, fix }) => [
      code,
      start.line,
      start.column,
      fix !== undefined,
    ]);
    expect({ exitCode, stderr, valid: document.valid, found }).toEqual({
      exitCode: 4,
      stderr: "",
      valid: false,
      found: problems,
    });
    expect(document.files.map(({ file, valid }) => [file, valid])).toEqual([
      [broken, false],
      [slice, true],
      [noJson, false],
    ]);
    expect(document.files[2]?.diagnostics[0]).toMatchObject({ code: "JSON_SYNTAX", range: { start: { line: 2 } } });
  });

  test("frames every place for a person, on stderr", async () => {
    const { exitCode, stdout, stderr } = await cli(["check", broken, slice], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
    expect(stderr).toContain("broken.o8.json:5:39 error AGENT_UNKNOWN ");
    expect(stderr).toContain('  help: did you mean "@orchestr8/hello-world"?\n');
    expect(stderr).toEndWith(`error: broken.o8.json has 4 errors\n${slice} is valid\n${sliceBounds}`);
  });

  test("prints the frame that docs/diagnostics.md shows", async () => {
    const page = readFileSync(resolve(import.meta.dir, "../docs/diagnostics.md"), "utf8");
    const { stderr } = await cli(["validate", "misspelt.o8.json"], { cwd: resolve(import.meta.dir, "fixtures") });
    expect(page).toContain(`$ orchestr8 validate misspelt.o8.json\n${stderr.trimEnd()}\n`);
  });

  test("stops a run with the same problems, before any agent is called", async () => {
    const file = folder.writeModule(
      "spied.ts",
      `step("spy", { agent: agent("spy", () => { throw new Error("the spy was called"); }), input: {} });
       step("x", { agent: "@test/nobody", input: {} });`,
    );
    for (const name of [file, broken]) {
      const { exitCode, stdout } = await cli(["run", name, "--json"], { cwd });
      const document: { readonly error: { readonly code: string } } = JSON.parse(stdout);
      expect({ exitCode, keys: Object.keys(document), code: document.error.code }).toEqual({
        exitCode: 4,
        keys: ["error"],
        code: "INVALID_WORKFLOW",
      });
    }
    const { stderr } = await cli(["run", broken], { cwd });
    expect(stderr).toEndWith('error: Cannot run "broken.o8.json": it has 4 errors\n');
  });

  test("lets warnings pass", async () => {
    const { exitCode, stderr } = await cli(["validate", warned], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(" warning REFERENCE_MAY_BE_ABSENT ");
    expect(stderr).toContain("warned.o8.json is valid, with 1 warning\n");
  });

  test("goes on after a file that is not there, which alone is wrong usage", async () => {
    const alone = await cli(["validate", "absent.o8.json", slice], { cwd });
    expect(alone).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `error: Cannot read "absent.o8.json": there is no such file\n${slice} is valid\n${sliceBounds}`,
    });
    expect(await cli(["validate", "absent.o8.json", broken, "--json"], { cwd })).toMatchObject({ exitCode: 4 });
  });

  test("lets no warning pass with --strict", async () => {
    const { exitCode, stderr } = await cli(["validate", warned, "--strict"], { cwd });
    expect(exitCode).toBe(4);
    expect(stderr).toContain("error: warned.o8.json has 1 warning, and --strict allows none\n");
  });

  test("says in JSON what a run can come to at most", async () => {
    const { stdout } = await cli(["validate", slice, broken, "--json"], { cwd });
    const document: { readonly files: readonly { readonly bounds?: unknown }[] } = JSON.parse(stdout);
    expect(document.files.map((file) => file.bounds)).toEqual([
      { longestPath: ["step1", "step2"], attempts: 4, timeMs: 128_000, cost: {}, perItem: [], unbounded: [] },
      undefined,
    ]);
  });

  test("writes SARIF in which each problem has a rule and a region with columns from 1", async () => {
    const { exitCode, stdout } = await cli(["validate", broken, "absent.o8.json", "--format", "sarif"], { cwd });
    const log: {
      readonly version: string;
      readonly runs: readonly [
        {
          readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
          readonly columnKind: string;
          readonly invocations: readonly { readonly executionSuccessful: boolean }[];
          readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number }[];
        },
      ];
    } = JSON.parse(stdout);
    const [{ tool, columnKind, invocations, results }] = log.runs;
    expect({ exitCode, version: log.version, columnKind }).toEqual({
      exitCode: 4,
      version: "2.1.0",
      columnKind: "utf16CodeUnits",
    });
    expect(invocations.map((invocation) => invocation.executionSuccessful)).toEqual([false]);
    expect(results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id)).toEqual(
      results.map(({ ruleId }) => ruleId),
    );
    expect(tool.driver.rules[0]).toEqual({
      id: "JSON_TOO_LARGE",
      name: "JSON_TOO_LARGE",
      shortDescription: { text: expect.any(String) },
      fullDescription: { text: expect.any(String) },
      help: { text: expect.any(String) },
      helpUri: expect.stringMatching(/^[a-z]+:\S+$/),
      defaultConfiguration: { level: "error" },
    } as never);
    expect(results[0]).toEqual({
      ruleId: "JSON_DUPLICATE_KEY",
      ruleIndex: 4,
      level: "error",
      message: { text: 'The key "id" is already in this object. Help: keep one of them' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "broken.o8.json", uriBaseId: "%SRCROOT%" },
            region: { startLine: 3, startColumn: 51, endLine: 3, endColumn: 55, charOffset: 74, charLength: 4 },
          },
          logicalLocations: [{ fullyQualifiedName: "/metadata/id" }],
        },
      ],
    } as never);
  });
});
