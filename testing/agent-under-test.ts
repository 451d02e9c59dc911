import type { AgentContext, AnyAgent } from "../lib/agents/agent.ts";
import { createChecks } from "../lib/agents/validate.ts";
import type { Clock } from "../lib/clock.ts";
import { SecretMask } from "../lib/engine/secret-mask.ts";
import type { JsonValue } from "../lib/json.ts";
import type { Logger, LogLevel, LogSink } from "../lib/log.ts";
import { toJson } from "../lib/to-json.ts";

/** What a call of an agent is told in a test. What is not given is that of a first attempt of a step "test". */
export interface TestContext extends Partial<AgentContext> {
  /** Default: one that never aborts. */
  readonly signal?: AbortSignal;
}

/** An agent that is called as the engine calls it. */
export interface AgentUnderTest<Input = unknown, Output = unknown> {
  /**
   * One attempt: checks the input and `context.config` against the agent's schemas, fills in their defaults, calls
   * `validate` and `execute`, checks the output, and gives it as it would be recorded: as JSON, without secrets.
   *
   * @throws {ValidationError} when something does not fit, and whatever the agent throws.
   */
  execute(input: Input, context?: TestContext): Promise<Output>;
}

export interface CallSite {
  readonly clock: Clock;
  readonly secrets: Readonly<Record<string, string>>;
  readonly log: LogSink;
}

const maxOutputSize = 16 * 1_024 * 1_024;
const defaultTimeoutMs = 30_000;

/** @throws as {@link AgentUnderTest.execute}. */
export async function callAgent(
  agent: AnyAgent,
  input: unknown,
  given: TestContext,
  site: CallSite,
): Promise<JsonValue> {
  const { signal = new AbortController().signal, ...context } = given;
  const checks = createChecks(agent);
  const checkedInput = checks.input === undefined ? input : await checks.input(input);
  const config =
    checks.config === undefined || context.config === undefined ? context.config : await checks.config(context.config);
  if ((context.attempt ?? 1) === 1) agent.validate?.(checkedInput);
  const called = createContext({ ...context, config: config === undefined ? undefined : json(config) }, signal, site);
  const output: unknown = await agent.execute(checkedInput, called, signal);
  const checkedOutput = checks.output === undefined ? output : await checks.output(output);
  const value = new SecretMask(called.secrets).json(json(checkedOutput));
  agent.usage?.(value);
  return value;
}

/** An agent with its types, called at a site. */
export function agentUnderTest<Input, Output>(
  call: (input: unknown, context: TestContext) => Promise<JsonValue>,
): AgentUnderTest<Input, Output> {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the agent's own output schema
    execute: async (input, context = {}) => (await call(input, context)) as Output,
  };
}

function createContext(
  given: Partial<AgentContext>,
  signal: AbortSignal,
  { clock, secrets, log }: CallSite,
): AgentContext {
  const { executionId = "test", stepId = "test", item, attempt = 1 } = given;
  const { idempotencyKey = `${executionId}:${stepId}${item === undefined ? "" : `:${item}`}` } = given;
  const { correlationId = executionId } = given;
  return {
    executionId,
    stepId,
    item,
    attempt,
    idempotencyKey,
    correlationId,
    deadline: clock.wall() + defaultTimeoutMs,
    config: undefined,
    secrets,
    logger: createLogger((level, message, data) =>
      log({
        level,
        time: new Date(clock.wall()).toISOString(),
        message,
        correlationId,
        executionId,
        stepId,
        attempt,
        ...(data !== undefined && { data }),
      }),
    ),
    fetch: keyedFetch(idempotencyKey, signal),
    progress: () => undefined,
    ...given,
  };
}

function createLogger(write: (level: LogLevel, message: string, data?: JsonValue) => void): Logger {
  return {
    debug: (message, data) => write("debug", message, data),
    info: (message, data) => write("info", message, data),
    warn: (message, data) => write("warn", message, data),
    error: (message, data) => write("error", message, data),
  };
}

/** `fetch` as agents are given it: with the attempt's key and signal. */
function keyedFetch(idempotencyKey: string, own: AbortSignal): AgentContext["fetch"] {
  const send = (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const request = input instanceof Request ? new Request(input, init) : new Request(String(input), init);
    const headers = new Headers(request.headers);
    if (!headers.has("idempotency-key")) headers.set("idempotency-key", idempotencyKey);
    const signal = init.signal == null ? own : AbortSignal.any([own, init.signal]);
    return globalThis.fetch(request, { headers, signal });
  };
  return Object.assign(send, { preconnect: () => undefined });
}

function json(value: unknown): JsonValue {
  return toJson(value, maxOutputSize).value;
}
