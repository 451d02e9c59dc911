import { defineWorkflow, length, text } from "orchestr8";
import { aggregate } from "./agents/aggregate.agent.ts";
import { chart } from "./agents/chart.agent.ts";
import { files } from "./agents/files.agent.ts";
import { report } from "./agents/report.agent.ts";

/** The same workflow as `data-pipeline.o8.json`. */
export default defineWorkflow({
  id: "data-pipeline",
  name: "Data pipeline",
  description: "Reads three sources at once, sums up what there is of them, and writes a report with a chart",
  version: "1.0.0",
  input: {
    type: "object",
    properties: {
      data: { type: "string", minLength: 1, default: "data" },
      output: { type: "string", minLength: 1, default: "output" },
    },
    additionalProperties: false,
  },
  policies: {
    timeout: { global: "5s" },
    resilience: { retry: { maxAttempts: 1 } },
  },
  steps: ({ input, step }) => {
    const read = (source: string, file: string) => {
      const { output, error } = step(source, {
        agent: files,
        input: { read: text`${input.data}/${file}` },
        onError: "continue",
      });
      return { content: output.content.default(null), problem: error.message.default(null) };
    };
    const summary = step("aggregate", {
      agent: aggregate,
      input: {
        temperatures: read("temperatures", "temperatures.csv"),
        prices: read("prices", "prices.json"),
        bicycles: read("bicycles", "bicycles.csv"),
      },
    }).output;
    const written = step("report", { agent: report, input: { summary } });
    const drawn = step("chart", { agent: chart, input: { summary } });
    const reportFile = step("writeReport", {
      agent: files,
      input: { write: text`${input.output}/report.md`, content: written.output.markdown },
    });
    const chartFile = step("writeChart", {
      agent: files,
      input: { write: text`${input.output}/chart.svg`, content: drawn.output.svg },
    });
    return {
      report: reportFile.output.path,
      chart: chartFile.output.path,
      days: length(summary.days),
      missing: summary.missing,
    };
  },
});
