import type { ArgumentsDef } from "./argument.ts";

/** How a command gives its result. */
export const outputArguments = {
  output: {
    type: "enum",
    options: ["human", "json"],
    description: "form of the result on stdout; json is one document, also on failure",
    group: "Output",
    setting: "output",
  },
  json: { type: "boolean", description: "short for --output json", group: "Output" },
} as const satisfies ArgumentsDef;

/** Whether `--output json` was given, in either spelling. */
export function isJsonOutput({
  output,
  json,
}: {
  readonly output: string | undefined;
  readonly json: boolean;
}): boolean {
  return json || output === "json";
}
