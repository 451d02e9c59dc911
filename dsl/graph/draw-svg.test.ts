import { describe, expect, test } from "bun:test";
import { parseWorkflow } from "../compile.ts";
import { drawSvg } from "./draw-svg.ts";
import { workflowGraph } from "./workflow-graph.ts";

describe("drawSvg()", () => {
  test("names the step of every group, so that whoever shows it can say how the step stands", () => {
    const steps = [{ id: "a" }, { id: "b", dependencies: ["a"] }].map((step) => ({ ...step, agent: { id: "@a/b" } }));
    const workflow = parseWorkflow(JSON.stringify({ version: "1.0.0", metadata: { id: "w", name: "w" }, steps }));
    const named = [...drawSvg(workflowGraph(workflow)).matchAll(/<g class="agent" data-step="(\w+)"/g)];
    expect(named.map(([, id]) => id)).toEqual(["a", "b"]);
  });
});
