import { nearest } from "../../dsl/nearest.ts";
import { usageError } from "../cli-error.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { changeConfig } from "./change-config.ts";
import type { ConfigValues } from "./config-values.ts";
import { getSetting, listSettings } from "./show-config.ts";

const actions = ["list", "get", "set", "unset", "reset"] as const;
type Action = (typeof actions)[number];

/** How many words follow each action. */
const words: Readonly<Record<Action, number>> = { list: 0, get: 1, set: 2, unset: 1, reset: 0 };

/** `orchestr8 config`. */
export async function runConfig(values: ConfigValues, context: CliContext): Promise<ExitCode> {
  const { key = "", value = "", user, project } = values;
  const action = readAction(values);
  if (user && project)
    throw usageError('Cannot use "--user" with "--project": it is one or the other', "keep one of them");
  switch (action) {
    case "list":
      return await listSettings(values, context);
    case "get":
      return await getSetting(key, values, context);
    case "set":
      return await changeConfig({ kind: "set", key, text: value }, values, context);
    case "unset":
      return await changeConfig({ kind: "unset", key }, values, context);
    case "reset":
      if (user || project) return await changeConfig({ kind: "reset" }, values, context);
      throw usageError(
        "Cannot reset: it takes all settings away, so it must be told whose",
        'add "--project" or "--user"',
      );
  }
}

function readAction({ action, key, value }: ConfigValues): Action {
  const known = actions.find((name) => name === action);
  if (known === undefined) {
    const near = nearest(action, actions);
    throw usageError(
      `Cannot understand "config ${action}": it is one of ${actions.join(", ")}`,
      near && `use "config ${near}"`,
    );
  }
  const given = [key, value].filter((word) => word !== undefined).length;
  if (given === words[known]) return known;
  const usage = ["config", known, ...["<key>", "<value>"].slice(0, words[known])].join(" ");
  throw usageError(`Cannot understand "config ${known}" with ${given} words after it`, `write "orchestr8 ${usage}"`);
}
