import type { Engine } from "../../lib/engine/engine.ts";
import { RequestErrors } from "../request-errors.ts";
import type { Handler } from "../route.ts";
import { compileSource, readSource } from "../workflow-source.ts";

const subject = "Cannot check the workflow";

/** Says all that is wrong with a document, given as `workflow` or as the text of a file in `source`. Starts nothing. */
export function validateWorkflow({ agents }: Pick<Engine, "agents">): Handler {
  return (request) => {
    const errors = new RequestErrors();
    errors.allowOnly(request.body, ["workflow", "source"]);
    const source = readSource(request, ["workflow", "source"], errors);
    errors.throwIfAny(subject);
    if (source === undefined || source.kind === "id") throw new Error(`${subject}: no error says why`);
    const { workflow, diagnostics } = compileSource(source, agents);
    const shown = diagnostics.map(({ code, severity, message, pointer, range, fix }) => {
      return { code, severity, message, pointer, range, fix };
    });
    return { status: 200, body: { valid: workflow !== undefined, diagnostics: shown } };
  };
}
