import { isJsonObject, type JsonObject } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import type { Path } from "./problem.ts";
import { parseTemplate, type TemplateSink } from "./template.ts";

/** A place of a document that gives an agent an input: a step, or the compensation of one. */
export interface AgentCall {
  /** Of the object that holds `agent` and `input`. */
  readonly path: Path;
  /** Undefined where it is broken, too. */
  readonly agent: { readonly id: string; readonly version: string | undefined } | undefined;
  readonly input: Template;
  readonly config: Template | undefined;
}

const noInput: Template = { kind: "literal", value: {} };
const inInput: Path = ["input"];
const inConfig: Path = ["agent", "config"];

/** Reads `agent` and `input` of an object of any shape and reports what is wrong with their expressions. */
export function readAgentCall(holder: JsonObject, path: Path, sink: TemplateSink): AgentCall {
  const { agent: named, input } = holder;
  const { id, version, config } = isJsonObject(named) ? named : {};
  return {
    path,
    agent: typeof id === "string" ? { id, version: typeof version === "string" ? version : undefined } : undefined,
    input: input === undefined ? noInput : parseTemplate(input, path, sink, inInput),
    config: config === undefined ? undefined : parseTemplate(config, path, sink, inConfig),
  };
}
