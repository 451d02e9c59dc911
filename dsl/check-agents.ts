import { pointerPath } from "../lib/agents/json-pointer.ts";
import { validatorFor } from "../lib/agents/json-schema.ts";
import { childOf, schemasHere } from "../lib/agents/schema-node.ts";
import type { JsonSchema, JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import type { AgentCall } from "./agent-call.ts";
import type { AgentLookup } from "./agent-lookup.ts";
import type { CheckContext } from "./check-context.ts";
import type { DiagnosticCode } from "./diagnostics.ts";
import { type Path, type Place, quoted } from "./problem.ts";
import { schemaPath, wholeSchema } from "./schema-path.ts";
import { surelyFits } from "./surely-fits.ts";

/** Checks what is already known of each agent's input and config against its schemas. */
export function checkAgents(context: CheckContext, lookup: AgentLookup): void {
  for (const { call, compensation } of context.source.steps) {
    checkCall(context, lookup, call);
    if (compensation !== undefined) checkCall(context, lookup, compensation);
  }
}

function checkCall(context: CheckContext, lookup: AgentLookup, call: AgentCall): void {
  const agent = lookup.agentOf(call);
  if (agent === undefined) return;
  const input = lookup.schemaOf(agent, "input");
  if (input !== undefined) {
    checkTemplate({ context, code: "AGENT_INPUT", schema: input, path: [...call.path, "input"] }, call.input);
  }
  const config = lookup.schemaOf(agent, "config");
  if (config !== undefined && call.config !== undefined) {
    const path = [...call.path, "agent", "config"];
    checkTemplate({ context, code: "AGENT_CONFIG", schema: config, path }, call.config);
  }
}

interface TemplateCheck {
  readonly context: CheckContext;
  readonly code: DiagnosticCode;
  readonly schema: JsonSchema;
  readonly path: Path;
}

function checkTemplate(check: TemplateCheck, template: Template): void {
  if (surelyFits(check.schema, template)) return;
  const unknown: Path[] = [];
  const sample = sampleOf(template, [], unknown);
  // Validating is what costs most here, and a template without a literal part has nothing to validate.
  const issues = hasLiteral(template) ? validatorFor(check.schema)(sample) : [];
  for (const { pointer, message } of issues) {
    const below = valuePath(sample, pointer);
    if (!unknown.some((place) => touches(place, below))) reportIssue(check, below, message);
  }
  if (unknown.length > 0) reportKeys(check, template, check.schema, []);
}

function reportIssue({ context, code, schema, path }: TemplateCheck, below: Path, message: string): void {
  const whole = [...path, ...below];
  const key = String(whole.at(-1));
  const told = schemaPath(wholeSchema(schema), below);
  const isUnknownKey = told.kind === "excluded" && told.at === below.length - 1;
  const fix = isUnknownKey ? context.suggest(key, told.known) : undefined;
  const place: Place = isUnknownKey ? { path: whole, part: "key" } : { path: whole };
  context.report({ code, message: `${quoted(key)} ${message}`, fix, place });
}

/** The value with `null` where only the run knows. Validation can then be trusted everywhere but above and below it. */
function sampleOf(template: Template, path: Path, unknown: Path[]): JsonValue {
  if (template.kind === "literal") return template.value;
  if (template.kind === "array") return template.items.map((item, index) => sampleOf(item, [...path, index], unknown));
  if (template.kind === "object") {
    const entries = Object.entries(template.entries);
    return Object.fromEntries(entries.map(([key, entry]) => [key, sampleOf(entry, [...path, key], unknown)]));
  }
  unknown.push(path);
  return null;
}

function hasLiteral(template: Template): boolean {
  if (template.kind === "array") return template.items.some(hasLiteral);
  if (template.kind === "object") return Object.values(template.entries).some(hasLiteral);
  return template.kind === "literal";
}

/** Whether one of the two places holds the other. */
function touches(place: Path, other: Path): boolean {
  const shared = Math.min(place.length, other.length);
  return other.slice(0, shared).every((key, index) => key === place[index]);
}

/** Above an unknown value its keys are known all the same: which are missing and which may not be there. */
function reportKeys(check: TemplateCheck, template: Template, schema: JsonValue | undefined, path: Path): void {
  if (template.kind !== "object") return;
  for (const node of schemasHere(schema, check.schema)) {
    const required = Array.isArray(node["required"]) ? node["required"] : [];
    for (const key of required) {
      if (typeof key !== "string" || Object.hasOwn(template.entries, key)) continue;
      reportIssue(check, path, `must have the property ${quoted(key)}`);
    }
    for (const [key, entry] of Object.entries(template.entries)) {
      const told = schemaPath(wholeSchema(node), [key]);
      if (told.kind === "excluded" && !told.isOpen) reportIssue(check, [...path, key], "is not allowed");
      reportKeys(check, entry, childOf(node["properties"], key), [...path, key]);
    }
  }
}

/** The path a pointer names: it writes array indexes as text, and in a path they are numbers. */
function valuePath(value: JsonValue, pointer: string): Path {
  let current: JsonValue | undefined = value;
  return pointerPath(pointer).map((key) => {
    const step = Array.isArray(current) ? Number(key) : key;
    current = childOf(current, key);
    return step;
  });
}
