import { nearest } from "../../dsl/nearest.ts";
import { usageError, type CliError } from "../cli-error.ts";

const maxShown = 10;

/** Says that `--<flag>` names a step that is not there, which ones are, and which was likely meant. */
export function unknownStep(stepId: string, ids: readonly string[], flag: string): CliError {
  const near = nearest(stepId, ids);
  const some = ids.slice(0, maxShown).map((id) => `"${id}"`);
  const known = ids.length > maxShown ? `${some.join(", ")} and more` : some.join(", ");
  return usageError(`Cannot find step "${stepId}": the steps are ${known}`, near && `use "--${flag} ${near}"`);
}
