import { defineCommand } from "../command.ts";
import { durabilityArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";
import { outputArguments } from "../output-arguments.ts";
import { progressArguments } from "../progress-arguments.ts";
import { timeoutArgument } from "../timeout-argument.ts";

export const runCommand = defineCommand({
  description:
    "Runs a workflow in this process. The result goes to stdout, everything else to stderr; the run is kept in the journal.",
  examples: [
    ["orchestr8 run greet.o8.json --input name=Ada", "with an input"],
    ["orchestr8 run greet.ts --input-file ada.json --timeout 30s", "a module, its input from a file"],
    ['echo \'{"name":"Ada"}\' | orchestr8 run greet.o8.json - --json', "input from stdin, result as JSON"],
    ["orchestr8 run greet.o8.json --durability memory", "without leaving a file"],
    ["orchestr8 run greet", "a workflow of the project, by its id"],
  ],
  arguments: {
    file: {
      type: "positional",
      required: true,
      description: "a .o8.json file, a .ts, .mts, .js or .mjs module, or the id of one in the project",
    },
    stdin: { type: "positional", required: false, description: '"-" reads the input as JSON from stdin' },
    input: {
      type: "string",
      repeatable: true,
      valueHint: "key=value",
      description: "one value of the input: JSON, or else text",
      group: "Input",
    },
    "input-file": { type: "string", valueHint: "file", description: "the input as a JSON file", group: "Input" },
    ...timeoutArgument,
    reuse: {
      type: "boolean",
      description: "take over the outputs of earlier runs where agent and input are the same",
      group: "Run",
    },
    "idempotency-key": {
      type: "string",
      valueHint: "key",
      description: "started once: the same call within 10 minutes shows the first run",
      group: "Run",
    },
    journal: { type: "string", valueHint: "file", description: "write a copy of its journal as JSON", group: "Output" },
    ...operatorArguments,
    ...outputArguments,
    ...progressArguments,
    ...durabilityArguments,
  },
  async run(values, context) {
    const { runWorkflow } = await import("../run-workflow.ts");
    return await runWorkflow(values, context);
  },
});
