import { defineAgent } from "orchestr8";
import * as v from "valibot";
import { chartOf } from "../chart/chart.ts";
import { summarySchema } from "../summary.ts";

export const chart = defineAgent({
  id: "@data-pipeline/chart",
  version: "1.0.0",
  description: "Draws a summary as an SVG",
  input: v.object({ summary: summarySchema }),
  output: v.object({ svg: v.string() }),
  execute: ({ summary }) => ({ svg: chartOf(summary) }),
});
