import { describe, expect, test } from "bun:test";
import { builtInAgents } from "../lib/agents/built-in.ts";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { createAgentRegistry } from "../lib/agents/registry.ts";
import { parseWorkflow } from "../dsl/compile.ts";
import { CompiledWorkflows } from "./compiled-workflows.ts";
import { hello } from "./fixtures/test-api.ts";

const compile = () => parseWorkflow(JSON.stringify(hello));

describe("CompiledWorkflows", () => {
  test("gives the same workflow for the same text", () => {
    const workflows = new CompiledWorkflows(createAgentRegistry(builtInAgents));
    const first = workflows.get("a", compile);
    expect(workflows.get("a", compile)).toBe(first);
    expect(workflows.get("b", compile)).not.toBe(first);
  });

  test("keeps those that were asked for last", () => {
    const workflows = new CompiledWorkflows(createAgentRegistry());
    const [first, second] = [workflows.get("0", compile), workflows.get("1", compile)];
    for (let index = 2; index < 256; index++) workflows.get(String(index), () => second);
    expect(workflows.get("0", compile)).toBe(first);
    workflows.get("256", compile);
    expect(workflows.get("0", compile)).toBe(first);
    expect(workflows.get("1", compile)).not.toBe(second);
  });

  test("forgets them when an agent is registered, of which they may be", () => {
    const agents = createAgentRegistry(builtInAgents);
    const workflows = new CompiledWorkflows(agents);
    const first = workflows.get("a", compile);
    agents.register(defineAgent({ id: "@test/new", version: "1.0.0", execute: () => 1 }));
    expect(workflows.get("a", compile)).not.toBe(first);
  });

  test("keeps no document that is too long, and none that does not compile", () => {
    const workflows = new CompiledWorkflows(createAgentRegistry());
    const text = "x".repeat(65_537);
    expect(workflows.get(text, compile)).not.toBe(workflows.get(text, compile));
    const fail = (): never => {
      throw new Error("no");
    };
    expect(() => workflows.get("a", fail)).toThrow("no");
    expect(workflows.get("a", compile).metadata.id).toBe("test");
  });
});
