import { defineCommand } from "../command.ts";
import { outputArguments } from "../output-arguments.ts";

export const validateCommand = defineCommand({
  description:
    "Checks workflows without running them. A JSON file is only read; a module is imported, which runs its code.",
  examples: [
    ["orchestr8 validate", "all workflows of the project"],
    ["orchestr8 validate greet.o8.json", "every mistake with its line and a fix"],
    ["orchestr8 validate workflows/*.o8.json --json", "the same as JSON"],
    ["orchestr8 validate workflows/*.o8.json --format sarif > orchestr8.sarif", "for code scanning"],
  ],
  arguments: {
    files: {
      type: "positional",
      repeatable: true,
      description: "workflow files; default: all of the project",
    },
    strict: { type: "boolean", description: "let no warning pass", group: "Check" },
    format: {
      type: "enum",
      options: ["human", "json", "sarif"],
      description: "form of the result; sarif is for code scanning",
      group: "Output",
    },
    ...outputArguments,
  },
  async run(values, context) {
    const { validateFiles } = await import("../validate-files.ts");
    return await validateFiles(values, context);
  },
});
