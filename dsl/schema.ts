import { isJsonObject } from "../lib/json.ts";
import * as v from "valibot";
import { isVersion, isVersionRange } from "../lib/agents/version.ts";
import { maxTimerMs } from "../lib/clock.ts";
import { retryKinds } from "../lib/workflow.ts";
import {
  durationMessage,
  durationText,
  isDuration,
  isPositiveDuration,
  isWait,
  maxWaitMs,
  waitMessage,
} from "./duration.ts";
import { maxSteps } from "./count-steps.ts";
import { isSecretReference, isVariableName } from "./declared-names.ts";
import { outputPathMessage, parseOutputPath } from "./output-path.ts";
import { isPolicySetName } from "./policy-sets.ts";
import { maxIterations, signalName, signalNameMessage } from "./step-limits.ts";
import { workflowFileMessage, workflowFilePath } from "./workflow-files.ts";

// A message says what the value must be, after "must be". It never repeats the received value.
// What only code can check has `v.metadata()` with as much of it as JSON Schema can say, for editors (format/).

const anyObject = v.custom<object>(isJsonObject, "an object");

/** A strict object. valibot's own takes an array for an object without required keys, so that is refused first. */
function object<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(anyObject, v.strictObject(entries));
}

const text = v.string("text");
const description = v.pipe(text, v.maxLength(10_000, "text of at most 10000 characters"));
const name = v.pipe(
  text,
  v.minLength(1, "text of 1 to 255 characters"),
  v.maxLength(255, "text of 1 to 255 characters"),
);

const limitMessage = 'a duration above 0 such as 500, "30s" or "5m", up to 24 days';
const duration = v.pipe(
  v.union([v.number(), v.string()], durationMessage),
  v.metadata({ minimum: 0, maximum: maxTimerMs, pattern: durationText.source }),
  v.check(isDuration, durationMessage),
);
/** A duration that nothing could be done in if it were 0. */
const limit = v.pipe(
  v.union([v.number(), v.string()], limitMessage),
  v.metadata({ exclusiveMinimum: 0, maximum: maxTimerMs, pattern: durationText.source }),
  v.check(isPositiveDuration, limitMessage),
);

const waitTime = v.pipe(
  v.union([v.number(), v.string()], waitMessage),
  v.metadata({ exclusiveMinimum: 0, maximum: maxWaitMs, pattern: durationText.source }),
  v.check(isWait, waitMessage),
);

/** One check for all bounds, so that one wrong number is one problem. */
function integer(message: string, minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= minimum && value <= maximum;
  return v.pipe(v.number(message), v.metadata({ type: "integer", minimum, maximum }), v.check(isCount, message));
}

const count = integer("an integer >= 1", 1);
const size = integer("an integer >= 0", 0);

const amountMessage = "a number above 0";
const amount = v.pipe(v.number(amountMessage), v.finite(amountMessage), v.gtValue(0, amountMessage));

const factorMessage = "a number from 0 to 1";
const randomizationFactor = v.pipe(v.number(factorMessage), v.minValue(0, factorMessage), v.maxValue(1, factorMessage));
const jitterNames = ["none", "full", "equal", "decorrelated"] as const;
const jitterMessage = '"none", "full", "equal", "decorrelated" or {"randomizationFactor": 0.5}';
const jitter = v.union([v.picklist(jitterNames, jitterMessage), object({ randomizationFactor })], jitterMessage);

const kindsMessage = retryKinds.map((kind) => `"${kind}"`).join(", ");

const retry = object({
  maxAttempts: v.exactOptional(count),
  baseDelay: v.exactOptional(duration),
  maxDelay: v.exactOptional(duration),
  jitter: v.exactOptional(jitter),
  maxElapsed: v.exactOptional(limit),
  retryOn: v.exactOptional(v.array(v.picklist(retryKinds, kindsMessage), `an array of ${kindsMessage}`)),
});

const circuitBreakerBounds = {
  failureThreshold: v.exactOptional(count),
  resetTimeout: v.exactOptional(limit),
  halfOpenProbes: v.exactOptional(count),
};
const circuitBreaker = object({ ...circuitBreakerBounds, target: v.exactOptional(text) });

const bulkhead = object({
  maxConcurrent: v.exactOptional(count),
  maxQueue: v.exactOptional(size),
});

const rateLimit = object({ limit: count, per: limit });

/** What a step's policies and a set of them have in common: all that holds no template. */
const plainPolicies = {
  timeout: v.exactOptional(limit),
  retry: v.exactOptional(retry),
  bulkhead: v.exactOptional(bulkhead),
  rateLimit: v.exactOptional(rateLimit),
};

const setNameMessage = "a letter or _ and then up to 127 letters, digits, _ or -";
const setName = v.pipe(v.string(setNameMessage), v.check(isPolicySetName, setNameMessage));
const policySet = object({ ...plainPolicies, circuitBreaker: v.exactOptional(object(circuitBreakerBounds)) });
const policySets = v.pipe(anyObject, v.record(setName, policySet));

/** A template may be any JSON; its expressions are read by the parser, which says more than a pattern could. */
const template = v.unknown();

const stepIdMessage = "a letter or _ and then up to 127 letters, digits, _ or -";
const stepId = v.pipe(v.string(stepIdMessage), v.regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/, stepIdMessage));

const agentIdMessage = 'an agent id such as "@scope/name"';
const rangeMessage = 'a version range such as "^1.2.0"';
const agent = object({
  id: v.pipe(v.string(agentIdMessage), v.minLength(1, agentIdMessage), v.maxLength(255, agentIdMessage)),
  version: v.exactOptional(v.pipe(v.string(rangeMessage), v.check(isVersionRange, rangeMessage))),
  config: v.exactOptional(template),
});

const workflowIdMessage = "a letter or digit and then up to 127 letters, digits, dots, _ or -";
const workflowId = v.pipe(
  v.string(workflowIdMessage),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, workflowIdMessage),
);

const variableMessage = 'an environment variable such as "REGION": letters, digits and "_"';
const variable = v.pipe(
  v.string(variableMessage),
  v.metadata({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$" }),
  v.check(isVariableName, variableMessage),
);

const secretMessage = `a secret such as "secret://github/token": letters, digits, "_", ".", "/" and "-"`;
const secret = v.pipe(
  v.string(secretMessage),
  v.metadata({ pattern: "^secret://[A-Za-z_][A-Za-z0-9_./-]{0,127}$" }),
  v.check(isSecretReference, secretMessage),
);

const expression = v.string("an expression");

const forEach = object({ items: expression, maxConcurrency: v.exactOptional(count) });

const repeat = object({
  until: expression,
  maxIterations: integer(`an integer from 1 to ${maxIterations}`, 1, maxIterations),
  delay: v.exactOptional(duration),
});

/** That exactly one of the first three is there is checked afterwards: a union of schemas could only say so vaguely. */
const wait = object({
  for: v.exactOptional(waitTime),
  until: v.exactOptional(template),
  signal: v.exactOptional(v.pipe(v.string(signalNameMessage), v.regex(signalName, signalNameMessage))),
  timeout: v.exactOptional(waitTime),
});

const workflowFile = v.pipe(
  v.string(workflowFileMessage),
  v.check((file) => workflowFilePath(file) !== undefined, workflowFileMessage),
);

const outputPath = v.pipe(
  v.string(outputPathMessage),
  v.check((path) => parseOutputPath(path) !== undefined, outputPathMessage),
);
const jsonSchema = v.pipe(
  v.custom<object | boolean>((value) => typeof value === "boolean" || isJsonObject(value), "a JSON Schema"),
  v.metadata({ $ref: "http://json-schema.org/draft-07/schema#" }),
);
const stepOutput = object({
  schema: v.exactOptional(jsonSchema),
  redact: v.exactOptional(v.array(outputPath, "an array of paths")),
});

const onErrorNames = ["fail", "continue", "fallback", "retry"] as const;

const step = object({
  id: stepId,
  name: v.exactOptional(name),
  description: v.exactOptional(description),
  agent: v.exactOptional(agent),
  workflow: v.exactOptional(object({ id: v.exactOptional(workflowId), file: v.exactOptional(workflowFile) })),
  wait: v.exactOptional(wait),
  input: v.exactOptional(template),
  dependencies: v.exactOptional(v.array(v.string("a step id"), "an array of step ids")),
  condition: v.exactOptional(expression),
  forEach: v.exactOptional(forEach),
  repeat: v.exactOptional(repeat),
  onError: v.exactOptional(v.picklist(onErrorNames, '"fail", "continue", "fallback" or "retry"')),
  fallbackStepId: v.exactOptional(v.string("a step id")),
  output: v.exactOptional(stepOutput),
  compensate: v.exactOptional(object({ agent, input: v.exactOptional(template) })),
  policies: v.exactOptional(
    object({
      use: v.exactOptional(text),
      ...plainPolicies,
      circuitBreaker: v.exactOptional(circuitBreaker),
      idempotencyKey: v.exactOptional(text),
    }),
  ),
});

const policies = object({
  use: v.exactOptional(text),
  timeout: v.exactOptional(object({ global: v.exactOptional(limit), perStep: v.exactOptional(limit) })),
  resilience: v.exactOptional(
    object({
      retry: v.exactOptional(retry),
      circuitBreaker: v.exactOptional(circuitBreaker),
      bulkhead: v.exactOptional(bulkhead),
      rateLimit: v.exactOptional(rateLimit),
      compositionOrder: v.exactOptional(v.literal("retry-cb-timeout", '"retry-cb-timeout", the only order there is')),
    }),
  ),
  concurrency: v.exactOptional(
    object({
      maxConcurrentSteps: v.exactOptional(count),
      onFailure: v.exactOptional(v.picklist(["abort", "drain"], '"abort" or "drain"')),
    }),
  ),
  cancellation: v.exactOptional(object({ gracePeriod: v.exactOptional(duration) })),
  budget: v.exactOptional(
    object({
      wallClock: v.exactOptional(limit),
      tokens: v.exactOptional(count),
      usd: v.exactOptional(amount),
      calls: v.exactOptional(count),
    }),
  ),
});

const semverMessage = 'a semantic version such as "1.0.0"';
const semverText = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)([-+][0-9A-Za-z.+-]+)?$/;

const variables = v.pipe(anyObject, v.metadata({ type: "object" }));

const stepsMessage = `an array of 1 to ${maxSteps} steps`;

/** What a workflow document may look like. What its names and expressions mean is checked afterwards. */
export const documentSchema = object({
  $schema: v.exactOptional(text),
  version: v.pipe(
    v.string(semverMessage),
    v.metadata({ pattern: semverText.source }),
    v.check(isVersion, semverMessage),
  ),
  metadata: object({
    id: workflowId,
    name,
    description: v.exactOptional(description),
    tags: v.exactOptional(v.array(name, "an array of texts")),
  }),
  input: v.exactOptional(jsonSchema),
  context: v.exactOptional(
    object({
      variables: v.exactOptional(variables),
      environment: v.exactOptional(v.array(variable, "an array of environment variables")),
      secretRefs: v.exactOptional(v.array(secret, "an array of secrets")),
    }),
  ),
  steps: v.pipe(v.array(step, stepsMessage), v.minLength(1, stepsMessage), v.maxLength(maxSteps, stepsMessage)),
  output: v.exactOptional(template),
  policySets: v.exactOptional(policySets),
  policies: v.exactOptional(policies),
});

/** The parts that have a name of their own in the published schema. */
export const namedSchemas = {
  step,
  agent,
  wait,
  forEach,
  repeat,
  policies,
  policySet,
  retry,
  circuitBreaker,
  bulkhead,
  rateLimit,
} as const;

export type WorkflowDocument = v.InferOutput<typeof documentSchema>;
export type StepDocument = WorkflowDocument["steps"][number];
