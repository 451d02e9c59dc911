import type { Reference, Template } from "../lib/workflow.ts";
import type { AgentCall } from "./agent-call.ts";
import type { AgentLookup } from "./agent-lookup.ts";
import type { CheckContext } from "./check-context.ts";
import { checkGiven } from "./check-given.ts";
import { checkItems } from "./check-items.ts";
import type { KnownData } from "./known-data.ts";
import { quoted } from "./problem.ts";
import { inferCondition } from "./static/infer-expression.ts";
import { inferScalar, inferTemplate } from "./static/infer-template.ts";
import { isNever, kinds } from "./static/static-type.ts";
import { typeText } from "./static/type-text.ts";
import type { StepSource } from "./step-source.ts";
import { type Reading, type TypeReader, typeReader } from "./type-reader.ts";

/** Checks what every expression and template gives against what takes it, as far as types are known before the run. */
export function checkTypes(context: CheckContext, known: KnownData, lookup: AgentLookup): void {
  for (const step of context.source.steps) checkStep({ context, known, step }, lookup);
  const { output, policyTarget } = context.source;
  const reader = typeReader({ context, known, step: undefined });
  if (output !== undefined) inferTemplate(output, reader);
  if (policyTarget !== undefined) checkText(policyTarget, reader);
}

function checkStep(reading: Reading & { readonly step: StepSource }, lookup: AgentLookup): void {
  const { context, step } = reading;
  const { condition, until, items, target, idempotencyKey, time, call, compensation } = step;
  if (condition !== undefined) inferCondition(condition, typeReader(reading, "condition"));
  if (until !== undefined) inferCondition(until, typeReader(reading, "until"));
  if (items !== undefined) {
    checkItems(context, items, [...step.path, "forEach", "items"], typeReader(reading, "items"));
  }
  if (target !== undefined) checkText(target, typeReader(reading, "target"));
  if (idempotencyKey !== undefined) checkText(idempotencyKey, typeReader(reading, "key"));
  if (time !== undefined) checkTime(context, step, time, typeReader(reading, "time"));
  const input = typeReader(reading, "input");
  checkPart(context, lookup, call, "input", input);
  if (step.child !== undefined) checkChildInput(context, step, input);
  if (call.config !== undefined) checkPart(context, lookup, call, "config", typeReader(reading, "config"));
  if (compensation === undefined) return;
  const compensate = typeReader(reading, "compensate");
  checkPart(context, lookup, compensation, "input", compensate);
  checkPart(context, lookup, compensation, "config", compensate);
}

/** Something that is text, also where it is one expression. */
function checkText(text: Template, reader: TypeReader): void {
  if (text.kind === "expression") inferScalar(text.expression, reader);
  else inferTemplate(text, reader);
}

/** A time that is written down is checked with the step's keys; here it is one that expressions give. */
function checkTime({ report }: CheckContext, { path }: StepSource, time: Template, reader: TypeReader): void {
  const type = inferTemplate(time, reader).typeOf(time);
  if (time.kind !== "expression" || isNever(type) || (type.kinds & kinds.string) !== 0) return;
  report({
    code: "WAIT_TIME",
    message: `"until" must give an ISO 8601 time with an offset, and this gives ${typeText(type)}`,
    place: reader.placeOf(time.expression, [...path, "wait", "until"]),
  });
}

/** What a step gives to the workflow in its file. What is wrong in it by itself was reported with the step's input. */
function checkChildInput(context: CheckContext, { call, child }: StepSource, reader: TypeReader): void {
  const schema = child?.workflow?.input;
  if (schema === undefined) return;
  const quiet = { typeOf: (reference: Reference) => reader.typeOf(reference), report: () => undefined };
  const types = inferTemplate(call.input, quiet);
  const path = [...call.path, "input"];
  checkGiven({ context, code: "WORKFLOW_INPUT", schema, types, reader, path }, call.input);
}

function checkPart(
  context: CheckContext,
  lookup: AgentLookup,
  call: AgentCall,
  part: "input" | "config",
  reader: TypeReader,
): void {
  const template = call[part];
  if (template === undefined) return;
  const types = inferTemplate(template, reader);
  const agent = lookup.agentOf(call);
  if (part === "config" && agent?.setup !== undefined) return reportOperatorConfig(context, call);
  const schema = agent && lookup.schemaOf(agent, part);
  if (schema === undefined) return;
  const place = part === "input" ? ["input"] : ["agent", "config"];
  const code = part === "input" ? "AGENT_INPUT" : "AGENT_CONFIG";
  checkGiven({ context, code, schema, types, reader, path: [...call.path, ...place] }, template);
}

/** Such an agent never sees what a step says. */
function reportOperatorConfig({ report }: CheckContext, { agent, path }: AgentCall): void {
  const message = `${quoted(agent?.id ?? "")} is configured by its operator, not by a step`;
  report({
    code: "AGENT_CONFIG",
    message,
    fix: "remove it",
    place: { path: [...path, "agent", "config"], part: "key" },
  });
}
