import { defineCommand } from "../command.ts";
import { stateArguments } from "../journal/journal-arguments.ts";
import { outputArguments } from "../output-arguments.ts";

export const doctorCommand = defineCommand({
  description:
    "Checks what orchestr8 relies on: runtime, SQLite, state folder, journal, clock, disk, configuration, agents, workflows, server. Says how to put right what is not.",
  examples: [
    ["orchestr8 doctor", "each check with its result, exit code 1 when one fails"],
    ["orchestr8 doctor --json", "the same as JSON, to put into an issue"],
  ],
  arguments: { ...outputArguments, ...stateArguments },
  ignoresConfig: true,
  async run(values, context) {
    const { doctor } = await import("../doctor/doctor.ts");
    return await doctor(values, context);
  },
});
