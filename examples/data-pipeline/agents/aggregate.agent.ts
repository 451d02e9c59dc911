import { defineAgent, ValidationError } from "orchestr8";
import * as v from "valibot";
import { type AllSeries, summarize } from "../aggregate.ts";
import { parseCsv, parsePrices, type Series } from "../series.ts";
import { summarySchema, type Summary } from "../summary.ts";

/** What a step has read, or why it has not. */
const source = v.object({ content: v.nullable(v.unknown()), problem: v.nullable(v.string()) });
type Source = v.InferOutput<typeof source>;

/** Sums up what there is. A source that is missing or malformed is left out, and the summary says so. */
export const aggregate = defineAgent({
  id: "@data-pipeline/aggregate",
  version: "1.0.0",
  description: "Makes days of the hours of three sources, of which two may be missing",
  input: v.object({ temperatures: source, prices: source, bicycles: source }),
  output: summarySchema,
  execute(input): Summary {
    const missing: { source: string; why: string }[] = [];
    const read = (name: keyof typeof input, parse: (text: string) => Series): Series | null => {
      try {
        return parse(textOf(input[name]));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        missing.push({ source: name, why: error.message });
        return null;
      }
    };
    const all: AllSeries = {
      temperature: read("temperatures", (text) => parseCsv(text, ["temperature_c"])),
      price: read("prices", parsePrices),
      bicycles: read("bicycles", (text) => parseCsv(text, ["northbound", "southbound"])),
    };
    if (missing.length < Object.keys(all).length) return summarize(all, missing);
    const reasons = missing.map(({ source: name, why }) => `${name} (${why})`).join("; ");
    throw new ValidationError(`Cannot aggregate: no source can be used: ${reasons}`);
  },
});

function textOf({ content, problem }: Source): string {
  if (typeof content === "string") return content;
  throw new SyntaxError(problem ?? "it was not read");
}
