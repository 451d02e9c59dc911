import { defineCommand } from "../command.ts";
import { outputArguments } from "../output-arguments.ts";

export const typesCommand = defineCommand({
  description:
    'Writes the TypeScript types of .o8.json files beside them, for import flow from "./flow.o8.json" with input, output ' +
    'and step ids. Set "allowArbitraryExtensions" in tsconfig.json.',
  examples: [
    ["orchestr8 types", "flow.o8.d.json.ts for every flow.o8.json below this folder"],
    ["orchestr8 types flows/pay.o8.json", "for one file"],
    ["orchestr8 types --check", "fails in CI when one was changed and the other was not"],
  ],
  arguments: {
    files: {
      type: "positional",
      completes: "workflow",
      repeatable: true,
      description: "workflow files; default: all below this folder",
    },
    check: { type: "boolean", description: "writes nothing, and exits with 1 if a file is not up to date" },
    ...outputArguments,
  },
  async run(values, context) {
    const { writeTypes } = await import("../workflow/write-types.ts");
    return await writeTypes(values, context);
  },
});
