import { describe, expect, test } from "bun:test";
import { approval, hello } from "../fixtures/workflows.ts";
import { isPlainSource } from "./plain-source.ts";

const agent = { id: "@orchestr8/hello-world" };

describe("isPlainSource()", () => {
  test.each([
    [hello, "calls a built-in agent"],
    [approval, "waits"],
    [JSON.stringify({ steps: [{ id: "a", agent, compensate: { agent } }] }), "undoes with a built-in agent"],
  ])("takes a workflow that does so: %#", (document) => {
    expect(isPlainSource(typeof document === "string" ? document : JSON.stringify(document))).toBe(true);
  });

  test.each([
    ["no JSON", "{"],
    ["no workflow", "[null]"],
    ["no steps", "{}"],
    ["a step that is none", { steps: [null] }],
    ["a step that does nothing", { steps: [{ id: "a" }] }],
    ["an agent of the project", { steps: [{ id: "a", agent: { id: "@project/greeter" } }] }],
    ["an agent that undoes", { steps: [{ id: "a", agent, compensate: { agent: { id: "@project/undo" } } }] }],
    ["a workflow as a step", { steps: [{ id: "a", workflow: { file: "./child.o8.json" } }] }],
  ])("leaves %s to a closer look", (_, document) => {
    expect(isPlainSource(typeof document === "string" ? document : JSON.stringify(document))).toBe(false);
  });
});
