import { defineAgent } from "orchestr8";
import * as v from "valibot";
import { reportOf } from "../report.ts";
import { summarySchema } from "../summary.ts";

export const report = defineAgent({
  id: "@data-pipeline/report",
  version: "1.0.0",
  description: "Writes a summary down as Markdown",
  input: v.object({ summary: summarySchema }),
  output: v.object({ markdown: v.string() }),
  execute: ({ summary }) => ({ markdown: reportOf(summary) }),
});
