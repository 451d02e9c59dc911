import { describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyAgent, parseWorkflow, run } from "orchestr8";
import { assertSurvived, createHarness, everyCrash, type TestRun } from "orchestr8/testing";
import "orchestr8/testing/bun";
import { aggregate } from "./agents/aggregate.agent.ts";
import { chart } from "./agents/chart.agent.ts";
import { filesIn } from "./agents/files.agent.ts";
import { report } from "./agents/report.agent.ts";
import { filesInMemory, keptData } from "./fixtures/files-in-memory.ts";

const workflow = new URL("./data-pipeline.o8.json", import.meta.url);
const agentsWith = (files: AnyAgent): AnyAgent[] => [files, aggregate, report, chart];

const sources = [
  ["temperatures", "data/temperatures.csv", "Temperature, °C"],
  ["prices", "data/prices.json", "Energy price, EUR/MWh"],
  ["bicycles", "data/bicycles.csv", "Bicycles per day"],
] as const;

/** Files that never answer. */
const stuckAgent: AnyAgent = {
  ...filesInMemory(new Map()),
  execute: (_input, _context, signal) => untilStopped(signal),
};

async function runOn(files: Map<string, string>): Promise<TestRun<unknown>> {
  await using harness = createHarness({ agents: agentsWith(filesInMemory(files)) });
  return await harness.run(workflow);
}

/** The files with one of them changed. */
function changed(file: string, change: (text: string) => string): Map<string, string> {
  const files = keptData();
  return files.set(file, change(files.get(file) ?? ""));
}

describe("data-pipeline", () => {
  test("reads three sources, and writes a report and a chart of them", async () => {
    const files = keptData();
    const ended = await runOn(files);
    expect(ended).toHaveCompleted({ report: "output/report.md", chart: "output/chart.svg", days: 14, missing: [] });
    expect(files.get("output/report.md")).toContain("- Busiest day: 2026-09-10, 3608 bicycles\n");
    expect(files.get("output/report.md")).toContain("| 2026-09-13 | 10.8 | 22.8 | 1894 |\n");
    expect(files.get("output/report.md")).not.toContain("Without");
    for (const [, , title] of sources) expect(files.get("output/chart.svg")).toContain(`>${title}</text>`);
  });

  test("reads all sources at once", async () => {
    await using harness = createHarness({ agents: agentsWith(stuckAgent) });
    const execution = await harness.start(workflow);
    await harness.clock.advance(1);
    const { steps } = execution.view();
    expect(sources.map(([id]) => steps[id]?.status)).toEqual(["running", "running", "running"]);
  });

  test("does the same with real files, in the folder that it is given", async () => {
    const folder = mkdtempSync(join(tmpdir(), "data-pipeline-"));
    try {
      cpSync(new URL("./data", import.meta.url), join(folder, "data"), { recursive: true });
      const agents = agentsWith(filesIn(folder));
      const definition = { workflow: parseWorkflow(readFileSync(workflow, "utf8")), agents };
      expect(await run(definition, { input: { output: "out/today" } })).toMatchObject({
        status: "completed",
        output: { report: "out/today/report.md" },
      });
      const files = keptData();
      await runOn(files);
      const written = ["report.md", "chart.svg"] as const;
      for (const name of written) {
        expect(readFileSync(join(folder, "out/today", name), "utf8")).toBe(files.get(`output/${name}`) ?? "");
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("data-pipeline without all of its sources", () => {
  test.each(sources)("goes on without %s, and says so", async (source, file, title) => {
    const files = keptData();
    files.delete(file);
    const why = `Cannot read file "${file}": there is no such file`;
    expect(await runOn(files)).toHaveCompleted({
      report: "output/report.md",
      chart: "output/chart.svg",
      days: 14,
      missing: [{ source, why }],
    });
    expect(files.get("output/report.md")).toContain(`> **Without ${source}**: ${why}\n`);
    expect(files.get("output/chart.svg")).toContain(`(without ${source})</text>`);
    expect(files.get("output/chart.svg")).not.toContain(title);
  });

  test.each([
    ["temperatures", "another header", "data/temperatures.csv", /temperature_c/, "t", "line 1: its columns must be"],
    [
      "temperatures",
      "a word for a number",
      "data/temperatures.csv",
      /10\.3,/,
      "cold,",
      "line 3: temperature_c must be",
    ],
    ["bicycles", "half a line at its end", "data/bicycles.csv", /,\d+\n$/, "", "line 337: it must have 3 columns"],
    ["bicycles", "no hours", "data/bicycles.csv", /\n[^]*/, "\n", "line 2: there must be at least one hour"],
    ["bicycles", "a broken time", "data/bicycles.csv", /T01:00Z/, "T01:30", "line 3: time must be a full hour"],
    ["prices", "half of its JSON", "data/prices.json", /\][^]*$/, "", "the file: it must be JSON"],
    ["prices", "text for a price", "data/prices.json", /66\.45/, '"66,45"', "hours.0.price: it must be number"],
  ])("goes on without %s with %s, and names the place", async (source, _what, file, part, instead, why) => {
    const ended = await runOn(changed(file, (text) => text.replace(part, instead)));
    expect(ended.output).toMatchObject({ days: 14, missing: [{ source, why: expect.stringContaining(why) }] });
  });

  test("goes on with a single source", async () => {
    const [only] = keptData();
    const files = new Map(only === undefined ? [] : [only]);
    const ended = await runOn(files);
    expect(ended.output).toMatchObject({ missing: [{ source: "prices" }, { source: "bicycles" }] });
    expect(files.get("output/report.md")).toContain("| 2026-09-07 | 13.8 | – | – |\n");
  });

  test("fails without any source, names all three, and writes nothing", async () => {
    const files = new Map<string, string>();
    const ended = await runOn(files);
    expect(ended).toHaveFailed(/^Cannot aggregate: no source can be used: temperatures .*; prices .*; bicycles /);
    expect([...files.keys()]).toEqual([]);
  });

  test("does not let a file write markup into the report", async () => {
    await using harness = createHarness();
    const { markdown } = await harness
      .agent(report)
      .execute({ summary: { days: [], correlation: null, missing: [{ source: "prices", why: "<b>*\n# now" }] } });
    expect(markdown).toContain(String.raw`> **Without prices**: \<b\>\* \# now`);
  });
});

describe("data-pipeline that is disturbed", () => {
  test("stops when it is cancelled while it reads, and writes nothing", async () => {
    const files = keptData();
    const quick = filesInMemory(files);
    const stuck: AnyAgent = {
      ...quick,
      execute: (input: { readonly read?: string }, context, signal) =>
        input.read === "data/bicycles.csv" ? untilStopped(signal) : (quick.execute(input, context, signal) as unknown),
    };
    await using harness = createHarness({ agents: agentsWith(stuck) });
    const execution = await harness.start(workflow);
    await harness.clock.advance(100);
    expect(execution.view().steps["prices"]).toMatchObject({ status: "completed" });
    execution.cancel("enough");
    expect(await execution.end()).toHaveBeenCancelled();
    expect([...files.keys()]).toEqual([...keptData().keys()]);
  });

  test("gives a source no more time than the whole has", async () => {
    await using harness = createHarness({ agents: agentsWith(stuckAgent) });
    const ended = await harness.run(workflow);
    expect(ended).toHaveFailed("TIMEOUT");
    expect(ended.elapsedMs).toBe(5_000);
  });

  test("fails when it cannot write", async () => {
    const full: AnyAgent = {
      ...filesInMemory(new Map()),
      execute: (input: object) => {
        if ("write" in input) throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
        return { path: "data", size: 1, content: keptData().get("data/bicycles.csv") ?? "" };
      },
    };
    await using harness = createHarness({ agents: agentsWith(full) });
    expect(await harness.run(workflow)).toHaveFailed("the disk is full");
  });

  test("comes to the same result and files after a crash at any write", async () => {
    const files = keptData();
    await runOn(files);
    const afterCrashes = keptData();
    assertSurvived(await everyCrash(workflow, { agents: agentsWith(filesInMemory(afterCrashes)) }), {
      report: "output/report.md",
      chart: "output/chart.svg",
      days: 14,
      missing: [],
    });
    expect(afterCrashes).toEqual(files);
  });
});

function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
