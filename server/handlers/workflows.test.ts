import { describe, expect, test } from "bun:test";
import { defineAgent } from "../../lib/agents/define-agent.ts";
import { parseWorkflow } from "../../dsl/compile.ts";
import { createTestApi, hello, workflowOf } from "../fixtures/test-api.ts";

const document = {
  version: "1.0.0",
  metadata: { id: "graph", name: "Graph", tags: ["a"] },
  steps: [
    { id: "load", agent: { id: "@orchestr8/hello-world" }, input: { message: "hi" } },
    {
      id: "send",
      name: "Send it",
      agent: { id: "@orchestr8/hello-world" },
      input: { message: "${steps.load.output.result}" },
      onError: "fallback",
      fallbackStepId: "keep",
    },
    { id: "keep", wait: { signal: "go" } },
  ],
};
const workflows = [parseWorkflow(JSON.stringify(hello)), parseWorkflow(JSON.stringify(document))];

describe("GET /workflows", () => {
  test("lists the registered ones by id, and answers 304 to who has the list", async () => {
    const { get } = createTestApi({ workflows });
    const { status, headers, body } = await get("/workflows");
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        workflows: [
          {
            id: "graph",
            name: "Graph",
            tags: ["a"],
            version: "1.0.0",
            hash: expect.stringMatching(/^\w{64}$/),
            steps: 3,
          },
          { id: "test", name: "Test", version: "1.0.0", hash: expect.stringMatching(/^\w{64}$/), steps: 1 },
        ],
      },
    });
    expect((await get("/workflows", { "If-None-Match": headers.get("etag") ?? "" })).status).toBe(304);
  });

  test("shows one with its AST, and with its steps as a graph", async () => {
    const { get } = createTestApi({ workflows });
    const { body, headers } = await get("/workflows/graph");
    expect(body?.["workflow"]).toEqual(JSON.parse(JSON.stringify(workflows[1])));
    expect(body?.["graph"]).toEqual({
      nodes: [
        { id: "load", kind: "agent", does: "@orchestr8/hello-world", notes: [] },
        { id: "send", kind: "agent", name: "Send it", does: "@orchestr8/hello-world", notes: [] },
        { id: "keep", kind: "wait", does: 'wait for "go"', notes: [] },
      ],
      edges: [
        { from: "load", to: "send", kind: "dependency" },
        { from: "send", to: "keep", kind: "fallback" },
      ],
    });
    expect((await get("/workflows/graph", { "If-None-Match": headers.get("etag") ?? "" })).status).toBe(304);
  });

  test.each(["nope", "constructor", "a%2Fb", "%00"])("does not find %p", async (id) => {
    const { status, body } = await createTestApi({ workflows }).get(`/workflows/${id}`);
    expect([status, body?.code]).toEqual([404, "NOT_FOUND"]);
  });
});

describe("POST /workflows/validate", () => {
  test("says that a document is valid, and what a run of it can come to, and starts nothing", async () => {
    const { engine, post } = createTestApi();
    const { status, body } = await post("/workflows/validate", { workflow: hello });
    expect({ status, body }).toMatchObject({ status: 200, body: { valid: true, diagnostics: [] } });
    expect(body?.["bounds"]).toMatchObject({ longestPath: ["only"], attempts: 3, unbounded: [] });
    expect(await engine.journal.list()).toEqual([]);
  });

  test("names all that is wrong, with its place in the body or in the source", async () => {
    const { post } = createTestApi();
    const wrong = workflowOf("@nobody/here");
    const inBody = await post("/workflows/validate", { workflow: wrong });
    const inSource = await post("/workflows/validate", { source: JSON.stringify(wrong, null, 2) });
    expect(inBody).toMatchObject({
      status: 200,
      body: {
        valid: false,
        diagnostics: [{ code: "AGENT_UNKNOWN", severity: "error", pointer: "/workflow/steps/0/agent/id" }],
      },
    });
    expect(inSource.body).toMatchObject({
      valid: false,
      diagnostics: [{ code: "AGENT_UNKNOWN", pointer: "/steps/0/agent/id", range: { start: { line: 11 } } }],
    });
  });

  test.each([{}, { workflowId: "test" }, { workflow: hello, source: "{}" }, { source: 1 }])(
    "refuses %j",
    async (body) => {
      const { status, body: problem } = await createTestApi().post("/workflows/validate", body);
      expect([status, problem?.code]).toEqual([422, "VALIDATION"]);
    },
  );
});

describe("GET /agents", () => {
  test("lists every version with what can be said of its schemas", async () => {
    const agents = [
      defineAgent({
        id: "@test/typed",
        version: "1.2.0",
        description: "Types",
        semantics: "at-most-once",
        input: { type: "object" },
        execute: () => 1,
      }),
    ];
    const { body } = await createTestApi({ agents }).get("/agents");
    expect(body?.["agents"]).toContainEqual({
      id: "@test/typed",
      version: "1.2.0",
      description: "Types",
      semantics: "at-most-once",
      input: { type: "object" },
    });
    expect(body?.["agents"]).toContainEqual(expect.objectContaining({ id: "@orchestr8/hello-world" }));
  });
});
