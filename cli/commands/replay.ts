import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { outputArguments } from "../output-arguments.ts";

export const replayCommand = defineCommand({
  description:
    "Runs a recorded execution again, offline: no agent is called, what they gave is in the record. Fails at the first event that differs.",
  examples: [
    ["orchestr8 replay latest", "does the engine still decide as it did?"],
    ["orchestr8 replay latest --workflow flow.o8.json", "would the edited workflow have gone the same way?"],
    ["orchestr8 replay latest --save run.recording.json", "keep it as a test"],
    ["orchestr8 replay run.recording.json", "that test"],
    ["orchestr8 replay latest --to-test order.test.ts", "a test file that fails when the workflow's behaviour changes"],
  ],
  arguments: {
    id: {
      type: "positional",
      required: true,
      description: "an execution, as for inspect, or a file that --save wrote",
    },
    workflow: {
      type: "string",
      valueHint: "file",
      description: "run this workflow on the record instead",
      group: "Run",
    },
    save: {
      type: "string",
      valueHint: "file",
      description: "also write the record to a new file; it holds values whole, sensitive ones included",
      group: "Output",
    },
    "to-test": {
      type: "string",
      valueHint: "file",
      description: "write a test that replays the record, and the record beside it without what is sensitive",
      group: "Output",
    },
    force: { type: "boolean", description: "let --to-test overwrite its files", group: "Output" },
    ...outputArguments,
    ...stateArguments,
  },
  async run(values, context) {
    const { replayExecution } = await import("../journal/replay-execution.ts");
    return await replayExecution(values, context);
  },
});
