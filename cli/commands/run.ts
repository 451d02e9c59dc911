import { defineCommand, type Command } from "../command.ts";
import { durabilityArguments } from "../journal/journal-arguments.ts";
import { operatorArguments } from "../operator-arguments.ts";
import { outputArguments } from "../output-arguments.ts";
import { progressArguments } from "../progress-arguments.ts";
import { timeoutArgument } from "../timeout-argument.ts";

export const runCommand: Command = defineCommand({
  description:
    "Runs a workflow on the server of this project, which is started if there is none, and shows how it goes. The result " +
    "goes to stdout, everything else to stderr; the run is kept in the journal. It runs in this process, in the same way, " +
    "with --local, with what a server cannot do for it (--durability, --env, --secret, --reuse, --idempotency-key, " +
    "--journal, --verbose), and where the workflow is a module or has files of its own that the server does not have.",
  examples: [
    ["orchestr8 run greet.o8.json --input name=Ada", "with an input"],
    ["orchestr8 run greet.ts --input-file ada.json --timeout 30s", "a module, its input from a file"],
    ['echo \'{"name":"Ada"}\' | orchestr8 run greet.o8.json - --json', "input from stdin, result as JSON"],
    ["orchestr8 run greet", "a workflow of the project, by its id"],
    ["orchestr8 run greet.o8.json --detach", "prints the id and leaves it to the server"],
    ["orchestr8 run greet.o8.json --durability memory", "in this process, without leaving a file"],
    ["orchestr8 run greet.o8.json --dry-run", "what it would do"],
    ["orchestr8 run greet.ts --watch --reuse", "again at each change; only changed steps run"],
  ],
  arguments: {
    file: {
      type: "positional",
      required: true,
      completes: "workflow",
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
    "dry-run": {
      type: "boolean",
      description: "show the plan: graph, order, agents, bounds; nothing runs",
      group: "Run",
    },
    watch: {
      type: "boolean",
      alias: "w",
      description: "run again when the file, or one that it names, changes; until Ctrl-C",
      group: "Run",
    },
    local: {
      type: "boolean",
      description: "run in this process; so it does where CI is set or server.auto is false",
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
  async run(values, context, typed) {
    if (values.watch) {
      const { watchRun } = await import("../watch/watch-run.ts");
      return await watchRun(runCommand.arguments, values, context);
    }
    if (values["dry-run"]) {
      const { dryRun } = await import("../plan/dry-run.ts");
      return await dryRun(values, context);
    }
    const { runWorkflow } = await import("../run-workflow.ts");
    return await runWorkflow(values, context, typed);
  },
});
