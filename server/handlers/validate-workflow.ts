import { bounds } from "../../lib/bounds.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { RequestErrors } from "../request-errors.ts";
import type { Handler } from "../route.ts";
import { compileSource, readSource } from "../workflow-source.ts";

const subject = "Cannot check the workflow";

/**
 * Says all that is wrong with a document, given as `workflow` or as the text of a file in `source`, and what a run of a right
 * one can come to at most. Starts nothing.
 */
export function validateWorkflow({ agents, workflows }: Pick<Engine, "agents" | "workflows">): Handler {
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
    const most = workflow && bounds(workflow, { workflows: workflows.values() });
    return { status: 200, body: { valid: most !== undefined, diagnostics: shown, bounds: most } };
  };
}
