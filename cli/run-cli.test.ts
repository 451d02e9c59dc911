import { describe, expect, test } from "bun:test";
import { version } from "../lib/version.ts";
import { cli } from "./fixtures/fake-context.ts";

describe("runCli()", () => {
  test.each([
    ["help"],
    ["--help"],
    ["-h"],
    ["help run"],
    ["run --help"],
    ["help check"],
    ["check -h"],
    ["serve --help"],
    ["list --help"],
    ["inspect --help"],
    ["resume --help"],
    ["rerun --help"],
    ["cancel --help"],
    ["signal --help"],
    ["export --help"],
    ["gc --help"],
    ["schema --help"],
    ["--help serve"],
  ])("explains itself on stdout: %s", async (line) => {
    const { exitCode, stdout, stderr } = await cli(line.split(" "));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toStartWith("orchestr8 ");
    expect(stdout.indexOf("Examples")).toBeLessThan(stdout.indexOf("Exit codes"));
    expect(stdout).toContain("\n  130  stopped by Ctrl-C (SIGINT)\n");
  });

  test.each([["version"], ["--version"], ["-v"]])("prints its version: %s", async (word) => {
    expect(await cli([word])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("shows the help on stderr when it is told nothing, so that a script notices", async () => {
    const { exitCode, stdout, stderr } = await cli([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("Commands\n  run <file | id> [-] ");
  });

  test.each([
    ["rnu x.o8.json", 'there is no such command\n  fix: use "run"'],
    ["chekc x.o8.json", 'there is no such command\n  fix: use "check"'],
    ["frobnicate", "there is no such command\n  fix: see --help"],
    ["flow.o8.json", 'there is no such command\n  fix: use "orchestr8 run flow.o8.json"'],
    ["help frobnicate", "there is no such command\n  fix: see --help"],
    ["help run serve", 'Cannot understand "serve": nothing may follow here'],
    ["version x", 'Cannot understand "x": nothing may follow here'],
    ["--quiet run x.o8.json", 'Cannot understand "--quiet": a command comes first'],
    ["run", "Cannot run the command: it needs <file>"],
    ["run x.o8.json --jsn", 'Cannot understand "--jsn": there is no such flag\n  fix: use "--json"'],
    ["run x.o8.json --no-json", 'Cannot understand "--no-json": there is no such flag'],
    ["run x.o8.json -x", 'Cannot understand "-x": there is no such flag'],
    ["run x.o8.json --json=yes", 'Cannot use "--json" with a value: it is a switch'],
    ["run x.o8.json --timeout", 'Cannot use "--timeout": it needs a value\n  fix: write "--timeout=<duration>"'],
    ["run x.o8.json --timeout --quiet", 'Cannot use "--timeout": it needs a value'],
    ["run x.o8.json --timeout 1s --timeout 2s", 'Cannot use "--timeout" 2 times: it has one value'],
    ["run x.o8.json --timeout soon", 'Cannot use "--timeout": it must be a duration such as "500ms"'],
    ["run x.o8.json --output jsno", 'must be one of "human", "json"\n  fix: write "--output json"'],
    ["run x.o8.json y.o8.json", 'Cannot understand "y.o8.json": only "-" may follow the file'],
    ["run x.o8.json - y", 'Cannot understand "y": the command takes no further argument'],
    ["run x.o8.json --quiet --verbose", 'Cannot use "--quiet" with "--verbose"'],
    ["run x.o8.json --input name", 'Cannot read "--input": it must be key=value'],
    ["run x.o8.json --input =1", 'Cannot read "--input": it must be key=value'],
    ["run x.o8.json --input a=1 --input a=2", 'Cannot read "--input": "a" is given twice'],
    ["run x.o8.json --input-file y -", 'it comes from both "--input-file" and "-"'],
    ["run x.o8.json --input-file /nowhere/y", 'Cannot read "/nowhere/y": there is no such file'],
    ["run x.o8.json --journal /nowhere/y", 'Cannot write the journal to "/nowhere/y": its folder is not writable'],
    ["run x.yaml", 'Cannot load "x.yaml": a workflow is a .o8.json file or a .ts, .mts, .js or .mjs module'],
    ["run /nowhere/x.o8.json", 'Cannot read "/nowhere/x.o8.json": there is no such file'],
    ["run /nowhere/x.ts", 'Cannot read "/nowhere/x.ts": there is no such file'],
    ["validate", "Cannot validate: the project has no workflows"],
    ["serve --port 70000", 'Cannot use "--port": it must be a number from 0 to 65535'],
    ["serve --port 1e3", 'Cannot use "--port": it must be a number from 0 to 65535'],
  ])("refuses %s with exit code 2", async (line, message) => {
    const { exitCode, stdout, stderr } = await cli(line.split(" "));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toStartWith("error: Cannot ");
    expect(stderr).toContain(message);
  });

  test.each([["--json"], ["--output=json"], ["--output json"]])(
    "says what is wrong with the call as one JSON document when asked with %s",
    async (flag) => {
      const { exitCode, stdout, stderr } = await cli(["run", "x.o8.json", "--tiemout", "1s", ...flag.split(" ")]);
      expect({ exitCode, stderr, document: JSON.parse(stdout) }).toEqual({
        exitCode: 2,
        stderr: "",
        document: {
          error: {
            code: "USAGE",
            message: 'Cannot understand "--tiemout": there is no such flag',
            fix: 'use "--timeout"',
          },
        },
      });
    },
  );

  test("takes words after -- for what they are", async () => {
    const { stderr } = await cli(["run", "--", "--json"]);
    expect(stderr).toStartWith('error: Cannot load "--json": a workflow is');
  });

  test("strips control sequences from what it repeats", async () => {
    const { stderr } = await cli(["\u001B[31mrun\u009B2J"]);
    expect(stderr).toStartWith('error: Cannot understand "run": ');
  });
});
