import { defineCommand } from "../command.ts";
import { executionArgument } from "../journal/execution-argument.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { outputArguments } from "../output-arguments.ts";

export const signalCommand = defineCommand({
  description: "Sends a signal to an execution: the step that waits for it, now or later, completes with the payload.",
  examples: [
    ["orchestr8 signal latest:waiting approve", "without a payload"],
    ['orchestr8 signal 3f2a approve \'{"by":"Ada"}\'', "with one, as JSON"],
    [
      "orchestr8 signal 3f2a approve - --signal-id ticket-7 < approval.json",
      "from stdin, counted once however often it is sent",
    ],
  ],
  arguments: {
    ...executionArgument,
    name: { type: "positional", required: true, description: "the name that the step waits for" },
    payload: {
      type: "positional",
      required: false,
      description: 'JSON, or "-" to read it from stdin; null by default',
    },
    "signal-id": {
      type: "string",
      valueHint: "key",
      description: "a second signal with the same key is the first one",
      group: "Signal",
    },
    ...outputArguments,
    ...stateArguments,
  },
  async run(values, context) {
    const { signalExecution } = await import("../journal/signal-execution.ts");
    return await signalExecution(values, context);
  },
});
