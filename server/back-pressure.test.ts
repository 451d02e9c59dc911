import { describe, expect, test } from "bun:test";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { createTestApi, hello, type Answered, workflowOf } from "./fixtures/test-api.ts";

describe("a server that is asked for five times what it can hold", () => {
  test("takes what it has room for, refuses the rest at once, and loses nothing that it took", async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<string>((resolve) => (open = () => resolve("through")));
    const gated = defineAgent({ id: "@test/gated", version: "1.0.0", execute: () => gate });
    const { engine, post, get } = createTestApi({ agents: [gated], maxExecutions: 20 });
    const ask = (): Promise<Answered> => post("/workflows/execute", { workflow: workflowOf("@test/gated") });
    const replies = await Promise.all(Array.from({ length: 100 }, ask));
    const accepted = replies.filter(({ status }) => status === 202);
    const refused = replies.filter(({ status }) => status === 429);
    expect([accepted.length, refused.length]).toEqual([20, 80]);
    for (const { headers, body } of refused) {
      expect([headers.get("retry-after"), body?.code, body?.isRetryable]).toEqual(["1", "QUEUE_FULL", true]);
    }
    // What is refused leaves nothing behind.
    expect((await engine.journal.list({ limit: 200 })).length).toBe(20);
    open();
    const results = accepted.map(({ body }) => engine.get(body?.executionId ?? "")?.result);
    for (const result of await Promise.all(results)) expect(result).toMatchObject({ status: "completed" });
    expect((await get("/metrics")).text).toContain("orchestr8_executions_unfinished 0\n");
    expect((await post("/workflows/execute", { workflow: hello })).status).toBe(202);
  });
});
