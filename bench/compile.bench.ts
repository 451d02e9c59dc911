import { bench, do_not_optimize, run, summary } from "mitata";
import { type AnyAgent, createAgentRegistry } from "orchestr8";
import { compile } from "orchestr8/dsl";
import * as v from "valibot";
import { bareDocument } from "./document-schema.ts";
import { realisticText, terseText } from "./workflow-texts.ts";

/**
 * What compiling a file costs, beside parsing its JSON and checking its shape with a bare valibot schema, which is the
 * least any reader of it pays. Compiling does both and then reads every expression, checks every name and path, and
 * builds and freezes the workflow; with agents it checks inputs and outputs against their schemas, too.
 */
const worker: AnyAgent = {
  id: "@bench/worker",
  version: "1.2.3",
  input: {
    type: "object",
    properties: {
      query: { type: "string" },
      note: { type: "string" },
      limit: { type: "integer", minimum: 0 },
      options: {
        type: "object",
        properties: {
          lang: { type: "string" },
          strict: { type: "boolean" },
          tags: { type: "array", items: { type: "string" } },
        },
      },
    },
    required: ["query"],
    additionalProperties: false,
  },
  output: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  execute: async () => ({ text: "" }),
};
const agents = createAgentRegistry([worker]);

const cases: Readonly<Record<string, string>> = {
  "100 steps": realisticText(100),
  "1,000 steps": realisticText(1_000),
  "1,000 short steps": terseText(1_000),
  "10,000 short steps": terseText(10_000),
};

for (const [name, text] of Object.entries(cases)) {
  const { workflow, diagnostics } = compile(text, { agents });
  if (workflow === undefined || !v.is(bareDocument, JSON.parse(text))) {
    throw new Error(`Cannot measure ${name}: ${diagnostics[0]?.message ?? "the bare schema refuses it"}`);
  }
  summary(() => {
    bench(`${name}: JSON.parse and valibot`, () => do_not_optimize(v.parse(bareDocument, JSON.parse(text)))).baseline(
      true,
    );
    bench(`${name}: compile`, () => do_not_optimize(compile(text)));
    bench(`${name}: compile with agents`, () => do_not_optimize(compile(text, { agents })));
  });
}

await run({ format: process.env["BENCH_FORMAT"] === "json" ? { json: { samples: false } } : "mitata" });
