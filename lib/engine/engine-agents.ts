import type { AgentConfig } from "../agents/agent-config.ts";
import type { AgentSetup, AnyAgent } from "../agents/agent.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import { createConfigCheck } from "../agents/validate.ts";
import type { Clock } from "../clock.ts";
import { AgentNotFoundError, EngineClosedError, ValidationError } from "../errors.ts";
import type { Logger, LogSink } from "../log.ts";
import { agentLogger } from "./agent-logger.ts";
import type { SecretStore } from "./secret-store.ts";

export interface EngineAgentsOptions {
  /** Default none. */
  readonly config: AgentConfig | undefined;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly log: LogSink | undefined;
}

/** How long closing an engine waits for what its agents free. */
const disposeMs = 5_000;

/** The agents of one engine: configured by its operator, set up when they are first called, disposed when it closes. */
export class EngineAgents {
  readonly #registry: AgentRegistry;
  readonly #options: EngineAgentsOptions;
  readonly #ready = new WeakSet<AnyAgent>();
  readonly #resources = new Map<AnyAgent, unknown>();
  readonly #opening = new Map<AnyAgent, Promise<void>>();
  #closing: Promise<void> | undefined;

  /** @throws {TypeError} when `config` is not for these agents, and {@link ValidationError} when it does not fit them. */
  constructor(registry: AgentRegistry, options: EngineAgentsOptions) {
    this.#registry = registry;
    this.#options = options;
    for (const [id, config] of Object.entries(options.config ?? {})) {
      if (config !== undefined) this.#assertMeantFor(id, config);
    }
  }

  /** @throws {AgentNotFoundError} also for an agent that must be configured and is not. */
  get(id: string, range?: string): AnyAgent {
    const agent = this.#registry.get(id, range);
    if (agent.setup === undefined || this.#ready.has(agent)) return agent;
    if (this.#configOf(id) === undefined) assertWorksUnconfigured(agent);
    this.#ready.add(agent);
    return agent;
  }

  /** A promise until an agent that is called for the first time is set up. Rejects when that fails, and is tried again. */
  open(agent: AnyAgent): Promise<void> | undefined {
    if (agent.setup === undefined || this.#resources.has(agent)) return undefined;
    const known = this.#opening.get(agent);
    if (known !== undefined) return known;
    if (this.#closing !== undefined) return Promise.reject(closed(agent));
    const opening = this.#setUp(agent).finally(() => this.#opening.delete(agent));
    this.#opening.set(agent, opening);
    return opening;
  }

  resourceOf(agent: AnyAgent): unknown {
    return this.#resources.get(agent);
  }

  /** Disposes every agent once. Resolves when that is done, or has taken too long, and never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#disposeAll();
    return this.#closing;
  }

  async #setUp(agent: AnyAgent): Promise<void> {
    const config = await checkConfig(agent, this.#configOf(agent.id) ?? {});
    const options: AgentSetup = {
      config,
      secrets: this.#options.secrets.shared,
      logger: this.#loggerOf(agent),
    };
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- an agent's resource is its own affair
    const resource = await agent.setup?.(options);
    this.#resources.set(agent, resource);
  }

  #configOf(id: string): object | undefined {
    const { config = {} } = this.#options;
    return Object.hasOwn(config, id) ? config[id] : undefined;
  }

  #loggerOf({ id }: AnyAgent): Logger {
    const { secrets, clock, log } = this.#options;
    return agentLogger(id, { clock, log, mask: secrets.mask });
  }

  async #disposeAll(): Promise<void> {
    const held = [...this.#registry].filter((agent) => this.#mayHold(agent));
    await Promise.all(held.map((agent) => this.#disposeInTime(agent)));
  }

  #mayHold(agent: AnyAgent): boolean {
    return agent.setup === undefined || this.#resources.has(agent) || this.#opening.has(agent);
  }

  #disposeInTime(agent: AnyAgent): Promise<void> {
    const { clock } = this.#options;
    const log = this.#loggerOf(agent);
    const disposed = this.#dispose(agent);
    if (disposed === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = clock.timer(disposeMs, () => {
        log.error(`agent is not disposed within ${disposeMs} ms`);
        resolve();
      });
      const end = (): void => {
        limit[Symbol.dispose]();
        resolve();
      };
      disposed.then(end, (error: unknown) => {
        log.error("agent cannot be disposed", error instanceof Error ? error.message : String(error));
        end();
      });
    });
  }

  /** Undefined for an agent that holds nothing. */
  #dispose(agent: AnyAgent): Promise<void> | undefined {
    const asyncDispose = agent[Symbol.asyncDispose];
    if (agent.dispose === undefined && asyncDispose === undefined) return undefined;
    return (async () => {
      // An agent that could not be set up holds nothing.
      await this.#opening.get(agent)?.catch(() => undefined);
      if (!this.#mayHold(agent)) return;
      await (agent.dispose === undefined ? asyncDispose?.call(agent) : agent.dispose(this.#resources.get(agent)));
    })();
  }

  #assertMeantFor(id: string, config: object): void {
    const registry = this.#registry;
    if (registry.versions(id).length === 0) registry.get(id);
    const agents = [...registry].filter((agent) => agent.id === id && agent.setup !== undefined);
    if (agents.length === 0) {
      throw new TypeError(`Cannot configure agent "${id}": it has no setup, and takes its config from each step`);
    }
    for (const agent of agents) checkConfigNow(agent, config);
  }
}

/** @throws {ValidationError}, or rejects with it if the schema is asynchronous. */
function checkConfig(agent: AnyAgent, config: object): unknown {
  const check = createConfigCheck(agent);
  return check === undefined ? config : check(config);
}

/** The same where it can be known now. What takes longer is checked again when the agent is set up. */
function checkConfigNow(agent: AnyAgent, config: object): void {
  const checked = checkConfig(agent, config);
  if (checked instanceof Promise) checked.catch(() => undefined);
}

function assertWorksUnconfigured(agent: AnyAgent): void {
  try {
    checkConfigNow(agent, {});
  } catch (cause) {
    if (!(cause instanceof ValidationError)) throw cause;
    throw new AgentNotFoundError(`Cannot use agent "${agent.id}": its operator must configure it, with agentConfig`, {
      cause,
    });
  }
}

function closed({ id }: AnyAgent): EngineClosedError {
  return new EngineClosedError(`Cannot set up agent "${id}": the engine is shutting down`);
}
