import type { Command } from "../command.ts";

/** Its arguments are those of `bun test`, so none is looked at here. */
export const testCommand: Command = {
  description:
    "Runs the tests of agents and workflows under bun test, which finds *.test.ts files by itself. All arguments are passed on, and the exit code comes back.",
  examples: [
    ["orchestr8 test", "all tests below this folder"],
    ["orchestr8 test agents", "those whose path holds this word"],
    ["orchestr8 test order.test.ts -t crash --bail", "with arguments of bun test"],
  ],
  arguments: {},
  async run(rawArguments, context) {
    const { runTests } = await import("../run-tests.ts");
    return await runTests(rawArguments, context);
  },
};
