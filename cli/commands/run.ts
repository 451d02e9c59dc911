import { defineCommand } from "../command.ts";
import { outputArguments } from "../output-arguments.ts";

export const runCommand = defineCommand({
  description: "Runs a workflow in this process. The result goes to stdout, everything else to stderr.",
  examples: [
    ["orchestr8 run greet.o8.json --input name=Ada", "with an input"],
    ["orchestr8 run greet.ts --input-file ada.json --timeout 30s", "a module, its input from a file"],
    ['echo \'{"name":"Ada"}\' | orchestr8 run greet.o8.json - --json', "input from stdin, result as JSON"],
  ],
  arguments: {
    file: { type: "positional", required: true, description: "a .o8.json file or a .ts, .mts, .js or .mjs module" },
    stdin: { type: "positional", required: false, description: '"-" reads the input as JSON from stdin' },
    input: {
      type: "string",
      repeatable: true,
      valueHint: "key=value",
      description: "one value of the input: JSON, or else text",
      group: "Input",
    },
    "input-file": { type: "string", valueHint: "file", description: "the input as a JSON file", group: "Input" },
    timeout: { type: "string", valueHint: "duration", description: 'cancel it after, such as "30s"', group: "Run" },
    journal: { type: "string", valueHint: "file", description: "write the journal as JSON", group: "Output" },
    ...outputArguments,
    quiet: { type: "boolean", alias: "q", description: "errors alone on stderr", group: "Output" },
    verbose: { type: "boolean", description: "log lines as JSON on stderr, in place of progress", group: "Output" },
  },
  async run(values, context) {
    const { runWorkflow } = await import("../run-workflow.ts");
    return await runWorkflow(values, context);
  },
});
