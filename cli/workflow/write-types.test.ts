import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";

const root = resolve(import.meta.dir, "../..");
const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

const greet = {
  version: "1.0.0",
  metadata: { id: "greet", name: "greet" },
  input: {
    type: "object",
    properties: { name: { type: "string" }, times: { type: "integer", default: 1 } },
    required: ["name"],
  },
  steps: [
    { id: "say", agent: { id: "@orchestr8/hello-world" }, input: { message: "Hi ${input.name}" } },
    { id: "pause", wait: { for: 1 }, dependencies: ["say"] },
  ],
  output: { said: "${steps.say.output.result}", times: "${input.times}", fixed: "yes" },
};

/** Every use that is right, and under `@ts-expect-error` uses that are wrong; it also runs. */
const program = `import { createEngine, loadWorkflow, run, type StepIdOf } from "orchestr8";
import greet from "./greet.o8.json" with { type: "json" };

const definition = loadWorkflow(greet);
const ran = await run(definition, { input: { name: "Ada" } });
if (ran.status !== "completed") throw new Error("it did not complete");
const said: string = ran.output.said;
const times: number = ran.output.times;
const fixed: "yes" = ran.output.fixed;
await using engine = createEngine();
const { execution } = await engine.start(definition.workflow, { input: { name: "Bob", times: 2 } });
const result = await execution.result;
if (result.status === "completed") result.output.times satisfies number;
const step: StepIdOf<typeof greet> = "say";
console.log(said, times, fixed, step);

export const wrong = (): unknown => [
  // @ts-expect-error -- the name is missing
  run(definition, { input: {} }),
  // @ts-expect-error -- there is no such field
  run(definition, { input: { name: "Ada", nmae: "x" } }),
  // @ts-expect-error -- times is a number
  engine.start(definition.workflow, { input: { name: "Ada", times: "2" } }),
  // @ts-expect-error -- the output has no such field
  ran.output.sayd,
  // @ts-expect-error -- no step is called so
  "sayy" satisfies StepIdOf<typeof greet>,
];
`;

describe("orchestr8 types", () => {
  test.each([
    ["NodeNext", "NodeNext"],
    ["ESNext", "bundler"],
  ])(
    "types an imported file from end to end, with module %s",
    async (module, moduleResolution) => {
      const project = mkdtempSync(join(root, "bench", ".snippets-"));
      try {
        writeFileSync(join(project, "package.json"), '{ "type": "module" }');
        writeFileSync(join(project, "greet.o8.json"), JSON.stringify(greet));
        writeFileSync(join(project, "main.ts"), program);
        const compilerOptions = { module, moduleResolution, allowArbitraryExtensions: true, resolveJsonModule: true };
        writeFileSync(
          join(project, "tsconfig.json"),
          JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"] }),
        );
        expect(await cli(["types"], { cwd: project })).toEqual({
          exitCode: 0,
          stdout: "",
          stderr: "greet.o8.d.json.ts written\n",
        });
        const tsc = Bun.spawnSync([join(root, "node_modules/.bin/tsc"), "-p", project], { cwd: root });
        expect({ output: tsc.stdout.toString(), exitCode: tsc.exitCode }).toEqual({ output: "", exitCode: 0 });
        const ran = Bun.spawnSync([process.execPath, join(project, "main.ts")], { cwd: root });
        expect({ out: ran.stdout.toString(), err: ran.stderr.toString() }).toEqual({
          out: "Hi Ada 1 yes say\n",
          err: "",
        });
      } finally {
        rmSync(project, { recursive: true, force: true });
      }
    },
    60_000,
  );

  test("leaves a declaration that is up to date as it is, and with --check fails for one that is not", async () => {
    const file = folder.write("check.o8.json", JSON.stringify(greet));
    const missing = await cli(["types", file, "--check"], { cwd });
    expect(missing).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: 'error: check.o8.d.json.ts is not up to date\n  fix: run "orchestr8 types check.o8.json"\n',
    });
    expect(existsSync(join(cwd, "check.o8.d.json.ts"))).toBe(false);
    expect(await cli(["types", file], { cwd })).toMatchObject({ exitCode: 0 });
    expect(await cli(["types", file, "--check"], { cwd })).toMatchObject({
      exitCode: 0,
      stderr: "check.o8.d.json.ts is up to date\n",
    });
    folder.write("check.o8.json", JSON.stringify({ ...greet, output: { other: 1 } }));
    const { exitCode, stdout } = await cli(["types", file, "--check", "--json"], { cwd });
    expect({ exitCode, document: JSON.parse(stdout) }).toEqual({
      exitCode: 1,
      document: { files: [{ file, declaration: "check.o8.d.json.ts", state: "stale" }] },
    });
  });

  test("finds the files below the folder, but for what is installed, and goes on after one with errors", async () => {
    using project = createTestFolder();
    for (const below of ["flows", "node_modules/other"]) {
      mkdirSync(join(project.path, below), { recursive: true });
      project.write(`${below}/one.o8.json`, JSON.stringify(greet));
    }
    project.write("broken.o8.json", "{}");
    const { exitCode, stdout } = await cli(["types", "--json"], { cwd: project.path });
    const { files }: { readonly files: readonly { readonly file: string; readonly state: string }[] } =
      JSON.parse(stdout);
    expect({ exitCode, files: files.map(({ file, state }) => [file, state]) }).toEqual({
      exitCode: 4,
      files: [
        ["broken.o8.json", "failed"],
        ["flows/one.o8.json", "written"],
      ],
    });
    expect(readFileSync(join(project.path, "flows/one.o8.d.json.ts"), "utf8")).toStartWith(
      '// Generated by "orchestr8 types" from "one.o8.json". Do not edit it',
    );
  });

  test("says so where there is nothing to do, or what has types already", async () => {
    using project = createTestFolder();
    expect(await cli(["types"], { cwd: project.path })).toMatchObject({
      exitCode: 2,
      stderr: "error: Cannot write types: there is no .o8.json file here\n  fix: name one\n",
    });
    expect(await cli(["types", "flow.ts"], { cwd: project.path })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Cannot write types of "flow.ts": it is no .o8.json file'),
    });
  });
});
