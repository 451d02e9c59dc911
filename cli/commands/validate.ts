import { defineCommand } from "../command.ts";
import { outputArguments } from "../output-arguments.ts";

export const validateCommand = defineCommand({
  description:
    "Checks workflows without running them. A JSON file is only read; a module is imported, which runs its code.",
  examples: [
    ["orchestr8 validate greet.o8.json", "every mistake with its line and a fix"],
    ["orchestr8 validate workflows/*.o8.json --json", "the same as JSON"],
  ],
  arguments: {
    files: { type: "positional", required: true, repeatable: true, description: "workflow files; all are checked" },
    ...outputArguments,
  },
  async run(values, context) {
    const { validateFiles } = await import("../validate-files.ts");
    return await validateFiles(values, context);
  },
});
