import { expect, test } from "bun:test";
import { parseWorkflow } from "../dsl/compile.ts";
import { graphOf } from "./workflow-graph.ts";

test("graphOf() gives what each step calls, who waits for whom, and who stands in", () => {
  const workflow = parseWorkflow(
    JSON.stringify({
      version: "1.0.0",
      metadata: { id: "w", name: "w" },
      steps: [
        { id: "approved", wait: { signal: "approve" } },
        {
          id: "child",
          name: "Child",
          workflow: { id: "other" },
          dependencies: ["approved"],
          onError: "fallback",
          fallbackStepId: "spare",
        },
        { id: "spare", agent: { id: "@orchestr8/hello-world" }, input: { message: "spare" } },
      ],
    }),
  );
  expect(graphOf(workflow)).toEqual({
    nodes: [
      { id: "approved", kind: "wait" },
      { id: "child", kind: "workflow", name: "Child", calls: "other" },
      { id: "spare", kind: "agent", calls: "@orchestr8/hello-world" },
    ],
    edges: [
      { from: "approved", to: "child", kind: "dependency" },
      { from: "child", to: "spare", kind: "fallback" },
    ],
  });
});
