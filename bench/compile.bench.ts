import { do_not_optimize } from "mitata";
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

interface Case {
  readonly alias: string;
  readonly steps: number;
  readonly run: () => unknown;
  readonly timesNs: number[];
}

const measured = Object.entries(cases).flatMap(([name, text]): readonly Case[] => {
  const { workflow, diagnostics } = compile(text, { agents });
  if (workflow === undefined || !v.is(bareDocument, JSON.parse(text))) {
    throw new Error(`Cannot measure ${name}: ${diagnostics[0]?.message ?? "the bare schema refuses it"}`);
  }
  const of = (what: string, run: () => unknown): Case => ({
    alias: `${name}: ${what}`,
    steps: workflow.steps.length,
    run,
    timesNs: [],
  });
  return [
    of("JSON.parse and valibot", () => v.parse(bareDocument, JSON.parse(text))),
    of("compile", () => compile(text)),
    of("compile with agents", () => compile(text, { agents })),
  ];
});

/** In turns, so that all meet the same load of the machine, and each long enough for its code to be compiled. */
const rounds = 60;
for (let round = -10; round < rounds; round++) {
  for (const { steps, run, timesNs } of measured) {
    const calls = Math.ceil(1_000 / steps);
    const startedMs = performance.now();
    for (let call = 0; call < calls; call++) do_not_optimize(run());
    if (round >= 0) timesNs.push(((performance.now() - startedMs) * 1e6) / calls);
  }
}

/** One of the best rounds stands for all: whatever else the machine does only ever makes them longer. */
const benchmarks = measured.map(({ alias, steps, timesNs }) => {
  const sorted = timesNs.toSorted((left, right) => left - right);
  return { alias, steps, runs: [{ stats: { p50: sorted[rounds / 12], p99: sorted[rounds - 1] } }] };
});
process.stdout.write(`${JSON.stringify({ benchmarks })}\n`);
