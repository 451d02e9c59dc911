import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { canonicalJson } from "../lib/workflow-hash.ts";
import type { Expression } from "../lib/workflow.ts";
import { compile } from "./compile.ts";
import { definitionFiles } from "./definition-files.ts";
import { arbitraryWorkflow } from "./fixtures/arbitrary-workflow.ts";
import { printWorkflow } from "./print.ts";

describe("printWorkflow()", () => {
  test("gives text that compiles to an equal workflow, for 10,000 workflows of every construct", () => {
    fc.assert(
      fc.property(arbitraryWorkflow(), (given) => {
        const { workflow, diagnostics } = compile(printWorkflow(given), { files: definitionFiles(given) });
        fc.pre(!diagnostics.some(({ code }) => code === "EXPRESSION_TOO_LARGE"));
        // A drawn condition may be a constant, of which the checker warns.
        const errors = diagnostics.filter(({ severity }) => severity === "error");
        // An equal canonical text is an equal AST and an equal hash.
        expect({ errors, text: canonicalJson(workflow) }).toEqual({ errors: [], text: canonicalJson(given) });
      }),
      { numRuns: 10_000 },
    );
  }, 180_000);

  test("keeps a text of one expression apart from the expression itself", () => {
    const given = compile(
      JSON.stringify({
        version: "1.0.0",
        metadata: { id: "w", name: "W" },
        steps: [
          {
            id: "a",
            agent: { id: "@a/b" },
            input: ["${input.n}", "${input.n}${''}", "$${n}", "${'$'}${input.n}", "$${'$'}"],
          },
        ],
      }),
    ).workflow;
    if (given === undefined) throw new Error("does not compile");
    const n: Expression = { kind: "reference", root: "input", path: ["n"] };
    expect(given.steps[0]).toHaveProperty("input", {
      kind: "array",
      items: [
        { kind: "expression", expression: n },
        { kind: "text", parts: [n] },
        { kind: "literal", value: "${n}" },
        { kind: "text", parts: ["$", n] },
        { kind: "literal", value: "${'$'}" },
      ],
    });
    expect(compile(printWorkflow(given)).workflow).toEqual(given);
  });
});
