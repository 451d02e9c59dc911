import { defineCommand } from "../command.ts";
import { durabilityArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";
import { outputArguments } from "../output-arguments.ts";
import { progressArguments } from "../progress-arguments.ts";

export const runCommand = defineCommand({
  description:
    "Runs a workflow on the server of this project, which is started if there is none, and shows how it goes. The result " +
    "goes to stdout, everything else to stderr; the run is kept in the journal. It runs in this process, in the same way, " +
    "with --local, with what a server cannot do for it (--durability, --env, --secret, --reuse, --idempotency-key, " +
    "--journal, --verbose), and where the workflow is a module or has files of its own that the server does not have.",
  examples: [
    ["orchestr8 run greet.o8.json --input name=Ada", "with an input"],
    ["orchestr8 run greet.ts --input-file ada.json --timeout 30s", "a module, its input from a file"],
    ['echo \'{"name":"Ada"}\' | orchestr8 run greet.o8.json - --json', "input from stdin, result as JSON"],
    ["orchestr8 run greet.o8.json --detach", "prints the id and leaves it to the server"],
    ["orchestr8 run greet.o8.json --durability memory", "in this process, without leaving a file"],
  ],
  arguments: {
    file: {
      type: "positional",
      required: true,
      description: "a .o8.json file, a .ts, .mts, .js or .mjs module, or the id of a workflow of the server",
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
    timeout: { type: "string", valueHint: "duration", description: 'cancel it after, such as "30s"', group: "Run" },
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
    local: {
      type: "boolean",
      description: "run in this process; so it does where CI is set or ORCHESTR8_SERVER_AUTO is false",
      group: "Server",
    },
    detach: {
      type: "boolean",
      description: "print the id once it is started, and leave it to the server",
      group: "Server",
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
