import { isArray, type JsonValue } from "../lib/json.ts";
import type {
  AgentReference,
  AgentStep,
  Budget,
  CircuitBreakerPolicy,
  Expression,
  RateLimitPolicy,
  RetryPolicy,
  Step,
  StepPolicies,
  Template,
  Wait,
  Workflow,
  WorkflowPolicies,
  WorkflowReference,
  WorkflowStep,
} from "../lib/workflow.ts";
import { secretReference } from "./declared-names.ts";
import { formatDuration } from "./duration.ts";
import { printOutputPath } from "./output-path.ts";
import { printExpression } from "./print-expression.ts";

/** The `.o8.json` text of a workflow. It compiles to an equal AST. */
export function printWorkflow(workflow: Workflow): string {
  const document = {
    version: workflow.version,
    metadata: workflow.metadata,
    input: workflow.input,
    context: unlessEmpty({
      variables: unlessEmpty(workflow.variables),
      environment: workflow.environment,
      secretRefs: workflow.secrets?.map(secretReference),
    }),
    steps: workflow.steps.map(printStep),
    output: workflow.output && printTemplate(workflow.output),
    policies: printWorkflowPolicies(workflow.policies, printTemplate),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function printStep(step: Step): object {
  return {
    id: step.id,
    name: step.name,
    description: step.description,
    ...(step.kind === "wait" ? { wait: printWait(step.wait, printTemplate) } : printCall(step)),
    dependencies: step.dependencies.length === 0 ? undefined : step.dependencies,
    condition: step.condition && printExpression(step.condition),
    onError: step.onError === "fail" ? undefined : step.onError,
    fallbackStepId: step.fallbackStepId,
    policies: printStepPolicies(step.policies, printTemplate),
  };
}

function printCall(step: AgentStep | WorkflowStep): object {
  const { input, forEach, repeat, output, compensate } = step;
  return {
    ...(step.kind === "agent" ? { agent: printAgent(step.agent) } : { workflow: printReference(step.workflow) }),
    input: unlessEmpty(printTemplate(input)),
    forEach: forEach && { items: printExpression(forEach.items), maxConcurrency: forEach.maxConcurrency },
    repeat: repeat && {
      until: printExpression(repeat.until),
      maxIterations: repeat.maxIterations,
      delay: duration(repeat.delayMs),
    },
    output: output && { schema: output.schema, redact: output.redact?.map(printOutputPath) },
    compensate: compensate && {
      agent: printAgent(compensate.agent),
      input: unlessEmpty(printTemplate(compensate.input)),
    },
  };
}

/** What a file holds stands in the file. */
function printReference(reference: WorkflowReference): object {
  return "definition" in reference ? { file: reference.file } : reference;
}

function printAgent(agent: AgentReference): object {
  return { ...agent, config: agent.config && printTemplate(agent.config) };
}

export function printWait(wait: Wait, template: PrintTemplate): object {
  switch (wait.kind) {
    case "duration":
      return { for: formatDuration(wait.ms) };
    case "until":
      return { until: template(wait.time) };
    case "signal":
      return { signal: wait.name, timeout: duration(wait.timeoutMs) };
  }
}

function printTemplate(template: Template): JsonValue {
  switch (template.kind) {
    case "literal":
      return printLiteral(template.value);
    case "expression":
      return embedded(template.expression);
    case "text":
      return printText(template.parts);
    case "array":
      return template.items.map(printTemplate);
    case "object":
      return Object.fromEntries(Object.entries(template.entries).map(([key, entry]) => [key, printTemplate(entry)]));
  }
}

function printLiteral(value: JsonValue): JsonValue {
  if (typeof value === "string") return escaped(value);
  if (typeof value !== "object" || value === null) return value;
  if (isArray(value)) return value.map(printLiteral);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, printLiteral(member)]));
}

/** One lone expression would keep its value's type, so an empty one beside it says that text is meant. */
function printText(parts: readonly (string | Expression)[]): string {
  const text = parts.map((part, index) => {
    if (typeof part !== "string") return embedded(part);
    return index === parts.length - 1 ? escaped(part) : beforeExpression(part);
  });
  return parts.length === 1 && typeof parts[0] !== "string" ? `${text.join("")}\${''}` : text.join("");
}

/** A dollar sign directly before an expression would read as an escape, so it becomes an expression too. */
function beforeExpression(text: string): string {
  let end = text.length;
  while (text[end - 1] === "$") end--;
  const dollars = text.slice(end);
  return escaped(text.slice(0, end)) + (dollars === "" ? "" : `\${'${dollars}'}`);
}

function escaped(text: string): string {
  return text.replaceAll("${", "$$$${");
}

function embedded(expression: Expression): string {
  return `\${${printExpression(expression)}}`;
}

/** How a spelling writes a template: as the text of a file, or as code. */
export type PrintTemplate = (template: Template) => unknown;

export function printWorkflowPolicies(policies: WorkflowPolicies, template: PrintTemplate): object | undefined {
  return unlessEmpty({
    timeout: unlessEmpty({ global: duration(policies.globalTimeoutMs), perStep: duration(policies.timeoutMs) }),
    resilience: unlessEmpty({
      retry: policies.retry && printRetry(policies.retry),
      circuitBreaker: policies.circuitBreaker && printCircuitBreaker(policies.circuitBreaker, template),
      bulkhead: policies.bulkhead,
      rateLimit: policies.rateLimit && printRateLimit(policies.rateLimit),
    }),
    concurrency: unlessEmpty({ maxConcurrentSteps: policies.maxConcurrentSteps, onFailure: policies.onFailure }),
    cancellation: unlessEmpty({ gracePeriod: duration(policies.gracePeriodMs) }),
    budget: policies.budget && printBudget(policies.budget),
  });
}

export function printStepPolicies(
  { timeoutMs, retry, circuitBreaker, bulkhead, rateLimit, idempotencyKey }: StepPolicies,
  template: PrintTemplate,
): object | undefined {
  return unlessEmpty({
    timeout: duration(timeoutMs),
    retry: retry && printRetry(retry),
    circuitBreaker: circuitBreaker && printCircuitBreaker(circuitBreaker, template),
    bulkhead,
    rateLimit: rateLimit && printRateLimit(rateLimit),
    idempotencyKey: idempotencyKey && template(idempotencyKey),
  });
}

function printRetry({ maxAttempts, baseDelayMs, maxDelayMs, jitter, maxElapsedMs, retryOn }: RetryPolicy): object {
  return {
    maxAttempts,
    baseDelay: duration(baseDelayMs),
    maxDelay: duration(maxDelayMs),
    jitter,
    maxElapsed: duration(maxElapsedMs),
    retryOn,
  };
}

function printCircuitBreaker(policy: CircuitBreakerPolicy, template: PrintTemplate): object {
  const { failureThreshold, resetTimeoutMs, halfOpenProbes, target } = policy;
  return {
    failureThreshold,
    resetTimeout: duration(resetTimeoutMs),
    halfOpenProbes,
    target: target && template(target),
  };
}

function printRateLimit({ limit, perMs }: RateLimitPolicy): object {
  return { limit, per: duration(perMs) };
}

function printBudget({ wallClockMs, tokens, usd, calls }: Budget): object {
  return { wallClock: duration(wallClockMs), tokens, usd, calls };
}

export function duration(milliseconds: number | undefined): number | string | undefined {
  return milliseconds === undefined ? undefined : formatDuration(milliseconds);
}

/** An object without members says nothing, so it is left out. */
function unlessEmpty<T>(value: T): T | undefined {
  const isEmpty =
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((member) => member === undefined);
  return isEmpty ? undefined : value;
}
