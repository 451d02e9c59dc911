import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as fc from "fast-check";
import { parseWorkflow } from "../../dsl/compile.ts";
import { arbitraryWorkflow } from "../../dsl/fixtures/arbitrary-workflow.ts";
import { drawSvg } from "../../dsl/graph/draw-svg.ts";
import { mermaid } from "../../dsl/graph/mermaid.ts";
import { columnsOf } from "../../dsl/graph/text-width.ts";
import { workflowGraph } from "../../dsl/graph/workflow-graph.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { drawList } from "./draw-list.ts";
import { drawText } from "./draw-text.ts";

const publish = resolve(import.meta.dir, "../../dsl/fixtures/publish.o8.json");
const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

function workflowOf(steps: readonly object[], metadata: object = { id: "w", name: "w" }): Workflow {
  return parseWorkflow(JSON.stringify({ version: "1.0.0", metadata, steps }));
}

const agent = { id: "@a/b" };
const step = (id: string, ...dependencies: readonly string[]) => ({ id, agent, dependencies });

function drawn(steps: readonly object[], hasUnicode = true): string {
  const text = drawText(workflowGraph(workflowOf(steps)), { width: 120, hasUnicode });
  return `\n${text}`;
}

describe("the drawing of a graph", () => {
  test("shows a fork and a join", () => {
    expect(drawn([step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c")])).toBe(`
       ┌───────┐
       │ a     │
       │ @a/b  │
       └───┬───┘
     ┌─────┴─────┐
     ▼           ▼
 ┌───────┐   ┌───────┐
 │ b     │   │ c     │
 │ @a/b  │   │ @a/b  │
 └───┬───┘   └───┬───┘
     └─────┬─────┘
           ▼
       ┌───────┐
       │ d     │
       │ @a/b  │
       └───────┘
`);
  });

  test("leads a line past the layers that it skips", () => {
    expect(drawn([step("a"), step("b", "a"), step("c", "b", "a")])).toBe(`
 ┌───────┐
 │ a     │
 │ @a/b  │
 └───┬───┘
 ┌───┴──┐
 │      ▼
 │  ┌───────┐
 │  │ b     │
 │  │ @a/b  │
 │  └───┬───┘
 └───┬──┘
     ▼
 ┌───────┐
 │ c     │
 │ @a/b  │
 └───────┘
`);
  });

  test("tells kinds of steps by their frames, and a fallback by a dashed line, also in plain ASCII", () => {
    const steps = [
      { id: "main", agent, onError: "fallback", fallbackStepId: "spare" },
      { id: "spare", workflow: { id: "child" } },
      { id: "pause", wait: { for: "5m" }, dependencies: ["main"], condition: "steps.main.status == 'recovered'" },
    ];
    expect(drawn(steps)).toContain("┄");
    expect(drawn(steps)).toContain("╔");
    expect(drawn(steps)).toContain("╭");
    expect(drawn(steps, false)).toBe(`
                      +-------+
                      | main  |
                      | @a/b  |
                      +---+---+
          +...............+---------------+
          v                               v
 #=================#   .-------------------------------------.
 # spare           #   | pause                               |
 # workflow child  #   | wait 5m                             |
 #=================#   | if steps.main.status == 'recovered' |
                       '-------------------------------------'
`);
  });

  test("keeps its frames straight around wide and combining characters, and takes escapes out", () => {
    const text = drawn([{ id: "a", name: "漢字 é 👩 \u001B[31mred\u001B[0m \u202Etxt", agent }]);
    const lines = text.split("\n").filter((line) => line !== "");
    expect(new Set(lines.map(columnsOf)).size).toBe(1);
    expect(text).toContain("漢字 é 👩 red");
    for (const mark of ["\u001B", "\u202E"]) expect(text).not.toContain(mark);
  });

  test("draws every workflow, each step with its own frame", () => {
    fc.assert(
      fc.property(arbitraryWorkflow(), (workflow) => {
        const graph = workflowGraph(workflow);
        const text = drawText(graph, { width: 10_000, hasUnicode: false }) ?? "";
        for (const { id } of workflow.steps) expect(text).toMatch(new RegExp(`[|#] ${id} +[|#]`));
        expect(text.match(/v/g)?.length ?? 0).toBeGreaterThanOrEqual(new Set(graph.edges.map(({ to }) => to)).size);
        expect(drawList(graph).trimEnd().split("\n")).toHaveLength(workflow.steps.length + 1);
      }),
      { numRuns: 100 },
    );
  }, 180_000);
});

const hostile = {
  id: "w",
  name: `</title><script>alert(1)</script>"'&--> \u0000\u202E`,
  description: 'end\n  click s0 "javascript:alert(1)"',
};
const hostileSteps = [
  {
    id: "end",
    name: `"] --> x; <img src=x onerror=alert(1)> \`md\` #quot; {{`,
    agent: { id: "@a/b" },
    condition: `input["</text><script>"] == '&'`,
  },
];

describe("names of steps", () => {
  const graph = workflowGraph(workflowOf(hostileSteps, hostile));

  test("are never syntax of Mermaid", () => {
    expect(mermaid(graph)).toBe(`flowchart TD
  accTitle: /title  script alert(1) /script    --    (w) 1.0.0
  accDescr: end   click s0  javascript:alert(1)
  s0["<b>end</b><br/>#34;#93; --#62; x#59; #60;img src=x onerror=alert(1)#62; #96;md#96; #35;quot#59; #123;#123;<br/>@a/b<br/><i>if input#91;#34;#60;/text#62;#60;script#62;#34;#93; == #39;#38;#39;</i>"]
`);
  });

  test("are never elements of SVG", () => {
    const svg = drawSvg(graph);
    const elements = new Set([...svg.matchAll(/<([^\s>/!]+)/g)].map(([, name]) => name));
    expect(elements).toEqual(new Set(["defs", "desc", "g", "marker", "path", "rect", "style", "svg", "text", "title"]));
    expect(svg).toContain("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&apos;&amp;--&gt;");
    // oxlint-disable-next-line no-control-regex -- XML cannot hold them
    expect(svg).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
  });
});

describe("orchestr8 graph", () => {
  test("draws for a terminal, and says what the frames mean", async () => {
    const { exitCode, stdout, stderr } = await cli(["graph", publish], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toStartWith("Publish a paper (publish) 2.0.0\n\n");
    expect(stdout).toContain("│ if !input.urgent        │");
    expect(stdout).toEndWith("\n╭─╮ waits   ┄┄▶ runs on failure\n");
  });

  test("uses ASCII where there is nothing else", async () => {
    const { stdout } = await cli(["graph", publish], { cwd, env: { LC_ALL: "C" } });
    expect(stdout).toMatch(/^[\n\u0020-\u007E]+$/);
    expect(stdout).toEndWith("\n.-. waits   ..> runs on failure\n");
  });

  test("gives a table of what is too wide to draw", async () => {
    const steps = [step("first"), ...Array.from({ length: 40 }, (_, index) => step(`s${index}`, "first"))];
    const last = step("last", ...steps.map(({ id }) => id));
    const file = folder.write(
      "wide.o8.json",
      JSON.stringify({ version: "1.0.0", metadata: { id: "wide", name: "wide" }, steps: [...steps, last] }),
    );
    const lines = (await cli(["graph", file], { cwd })).stdout.split("\n");
    expect(lines.slice(0, 5)).toEqual([
      "wide 1.0.0",
      "",
      "LAYER  STEP   DOES  AFTER",
      "1      first  @a/b",
      "2      s0     @a/b  first",
    ]);
    expect(lines.at(-2)).toBe("3      last   @a/b  first, s0, s1, s2, s3, s4 and 35 more");
  });

  test("gives Mermaid, SVG and data", async () => {
    const [asMermaid, svg, json] = await Promise.all(
      [["--format", "mermaid"], ["--format", "svg"], ["--json"]].map((flags) =>
        cli(["graph", publish, ...flags], { cwd }),
      ),
    );
    expect(asMermaid?.stdout).toContain('\n  s0 -. "on failure" .-> s1\n');
    expect(svg?.stdout).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^>]*role="img" aria-labelledby="title desc">\n/,
    );
    expect(svg?.stdout).toContain("search-cache: @acme/cache if search fails");
    const graph = workflowGraph(parseWorkflow(readFileSync(publish, "utf8")));
    expect(JSON.parse(json?.stdout ?? "")).toEqual(JSON.parse(JSON.stringify(graph)));
  });
});
