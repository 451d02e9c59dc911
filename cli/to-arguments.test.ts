import { expect, test } from "bun:test";
import { parseArguments } from "./parse-arguments.ts";
import { runCommand } from "./commands/run.ts";
import { toArguments } from "./to-arguments.ts";

test.each([
  [["flow.ts"]],
  [["flow.ts", "--input", "a=1", "--input=b=--c", "--quiet", "-v=x"].slice(0, 5)],
  [["--json", "--timeout", "3s", "--", "-flow.ts", "-"]],
])("toArguments() gives what parseArguments() reads back: %j", (argv) => {
  const values = parseArguments(runCommand.arguments, argv);
  expect(parseArguments(runCommand.arguments, toArguments(runCommand.arguments, values))).toEqual(values);
});
