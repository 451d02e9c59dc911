import type { ExecutionView } from "../lib/engine/view.ts";
import type { CliContext } from "./context.ts";
import { formatElapsed } from "./elapsed.ts";
import type { Messages } from "./messages.ts";
import { terminalJson, terminalText } from "./terminal-text.ts";
import { writeJson } from "./write-json.ts";

/** Gives what a run came to: on stdout the id and the output, or all of it as one JSON document; failures also on stderr. */
export function showResult(
  view: ExecutionView,
  {
    isJson,
    messages,
    context,
  }: { readonly isJson: boolean; readonly messages: Messages; readonly context: CliContext },
): void {
  const { stdout } = context;
  if (isJson) writeJson(stdout, view);
  else {
    const took = view.durationMs === undefined ? "" : ` in ${formatElapsed(view.durationMs)}`;
    stdout.write(`execution ${view.executionId} ${view.status}${took}\n`);
    if (view.output !== undefined) stdout.write(`${terminalJson(view.output)}\n`);
  }
  if (view.error !== undefined) messages.error(terminalText(`${view.error.code}: ${view.error.message}`));
}
