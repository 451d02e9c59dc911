import { defineCommand } from "../command.ts";

export const configCommand = defineCommand({
  description:
    "Shows and changes settings. What counts, in this order: flags, ORCHESTR8_ variables, the project's orchestr8.config.*, " +
    "the user's config.json, defaults.",
  examples: [
    ["orchestr8 config list", "every setting, what it is worth and where that was said"],
    ["orchestr8 config get server.port", "one value, for scripts"],
    ["orchestr8 config set server.port 9000", "for this project"],
    ["orchestr8 config set output json --user", "for you, in every project"],
    ["orchestr8 config unset server.port", "back to what the next layer says"],
    ["orchestr8 config reset --user", "all of your own settings"],
  ],
  arguments: {
    action: { type: "positional", required: true, description: "list, get, set, unset or reset" },
    key: { type: "positional", description: "a setting, such as server.port" },
    value: { type: "positional", description: "its new value; lists are separated by commas" },
    user: { type: "boolean", description: "your own settings, for all projects", group: "Where" },
    project: { type: "boolean", description: "those of this project; default for changes", group: "Where" },
    json: { type: "boolean", description: "as one JSON document", group: "Output" },
  },
  // Else nobody could mend with it what is broken.
  ignoresConfig: true,
  async run(values, context) {
    const { runConfig } = await import("../config/run-config.ts");
    return await runConfig(values, context);
  },
});
