import { defineCommand } from "../command.ts";

export const schemaCommand = defineCommand({
  description:
    "Writes the JSON Schema of .o8.json files to stdout, or to a file. Editors complete and check with it, offline.",
  examples: [
    ["orchestr8 schema", "one JSON document"],
    ["orchestr8 schema .vscode/workflow.schema.json", "a file of the project; its folder is made"],
  ],
  arguments: {
    file: { type: "positional", completes: "file", description: "where to write it; what is there is replaced" },
  },
  async run({ file }, context) {
    const { writeSchema } = await import("../write-schema.ts");
    return await writeSchema(file, context);
  },
});
