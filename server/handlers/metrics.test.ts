import { describe, expect, test } from "bun:test";
import { defineAgent } from "../../lib/agents/define-agent.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { approval, createTestApi, hello, slow, type TestApi, workflowOf } from "../fixtures/test-api.ts";
import { prometheusText } from "../metrics/prometheus-text.ts";

const broken = defineAgent({
  id: "@test/broken",
  version: "1.0.0",
  execute: () => {
    throw new Error("no");
  },
});

/** The value of every sample by its name and labels. */
async function read({ get }: TestApi): Promise<ReadonlyMap<string, number>> {
  const { text } = await get("/metrics");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

describe("GET /metrics", () => {
  test("counts executions, steps and attempts by what they came to", async () => {
    const clock = new VirtualClock();
    const api = createTestApi({ agents: [slow, broken], clock });
    for (const workflow of [hello, hello, approval, workflowOf("@test/broken")]) {
      await api.post("/workflows/execute", { workflow });
    }
    await clock.advance(600_000);
    const numbers = await read(api);
    const of = (...names: string[]): readonly (number | undefined)[] =>
      names.map((name) => numbers.get(`orchestr8_${name}`));
    expect(of("executions_started_total", "executions_unfinished")).toEqual([4, 1]);
    expect(of('executions_total{outcome="completed"}', 'executions_total{outcome="failed"}')).toEqual([2, 1]);
    expect(of('steps_total{outcome="completed"}', 'steps_total{outcome="failed"}')).toEqual([2, 1]);
    expect(of("execution_duration_seconds_count", 'execution_duration_seconds_bucket{le="+Inf"}')).toEqual([3, 3]);
    const [attempts = 0, failures = 0, retries = 0] = of("attempts_total", "attempt_failures_total", "retries_total");
    expect([attempts - 2, failures]).toEqual([retries + 1, retries + 1]);
    expect(of("events_dropped_total", "queue_depth", "circuits_open", "event_streams")).toEqual([0, 0, 0, 0]);
  });

  test("says how much waits for a slot", async () => {
    const api = createTestApi({ agents: [slow], maxConcurrency: 1 });
    for (let count = 0; count < 3; count++)
      await api.post("/workflows/execute", { workflow: workflowOf("@test/slow") });
    const numbers = await read(api);
    expect(["steps_running", "queue_depth"].map((name) => numbers.get(`orchestr8_${name}`))).toEqual([1, 2]);
  });

  test("is the text format of Prometheus, each family described once", async () => {
    const { headers, text } = await createTestApi().get("/metrics");
    expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const families = [...text.matchAll(/^# TYPE (\S+) (counter|gauge|histogram)$/gm)].map((match) => match[1]);
    expect(new Set(families).size).toBe(families.length);
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(
        /^(?:# (?:HELP|TYPE) orchestr8_\w+ .+|orchestr8_\w+(?:\{\w+="[^"]*"(?:,\w+="[^"]*")*\})? \S+)$/,
      );
    }
  });
});

describe("prometheusText()", () => {
  test("escapes what would end a line or a label", () => {
    const samples = [{ labels: { a: 'x"\\\n' }, value: Infinity }];
    expect(prometheusText([{ name: "m", type: "gauge", help: "a\nb\\", samples }])).toBe(
      '# HELP m a\\nb\\\\\n# TYPE m gauge\nm{a="x\\"\\\\\\n"} +Inf\n',
    );
  });
});
