import type { Agent, AnyAgent } from "../lib/agents/agent.ts";
import type { Clock } from "../lib/clock.ts";
import { createEngine } from "../lib/engine/create-engine.ts";
import type { Engine, StartOptions } from "../lib/engine/engine.ts";
import type { JournalEntry } from "../lib/engine/events.ts";
import type { Execution } from "../lib/engine/execution.ts";
import type { Recording } from "../lib/engine/replay/recording.ts";
import type { ResultOutput, TypedWorkflow } from "../lib/engine/typed-workflow.ts";
import { MemoryJournal } from "../lib/journal/memory-journal.ts";
import type { LogRecord } from "../lib/log.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import type { Workflow } from "../lib/workflow.ts";
import { Activity } from "./activity.ts";
import { agentUnderTest, callAgent, type AgentUnderTest } from "./agent-under-test.ts";
import { drive } from "./drive.ts";
import type { HarnessOptions } from "./harness-options.ts";
import { HttpMock } from "./http-mock.ts";
import { openWorkflow, type OpenedWorkflow, type WorkflowSource } from "./open-workflow.ts";
import { record as recordOf } from "./record.ts";
import { cannotEnd } from "./stuck.ts";
import { testRun, type AgentCall, type TestRun } from "./test-run.ts";

export type TestStartOptions = Omit<StartOptions, "input" | "trace" | "reuse">;

/** An execution that a test lets happen bit by bit. */
export interface TestExecution<Output = unknown> {
  readonly id: string;
  /** How it stands now. */
  view(): ReturnType<Execution["view"]>;
  /** Sends the signal that a step waits for, now or later. */
  signal(name: string, payload?: unknown): Promise<void>;
  /** Stops it, as a caller does. */
  cancel(reason?: string): void;
  /**
   * Lets time pass until it has ended.
   *
   * @throws {Error} when it waits for something that will not come, such as a signal nobody sent.
   */
  end(): Promise<TestRun<Output>>;
}

/** An engine in memory, in virtual time, with its HTTP requests answered by the test. */
export interface AgentTestHarness<OwnClock extends Clock = VirtualClock> extends AsyncDisposable {
  readonly clock: OwnClock;
  /** What agents were called for, in the order of the calls. */
  readonly calls: readonly AgentCall[];
  /** What the engine and the agents logged. */
  readonly logs: readonly LogRecord[];
  /**
   * Runs a workflow to its end. A run that fails or is cancelled is a result like any other.
   *
   * @throws {UnhandledRequestError} when a request found no handler, and what `engine.start()` throws when nothing could be
   * started.
   */
  run<Input, Output>(
    workflow: WorkflowSource<Input, Output>,
    input?: Input,
    options?: TestStartOptions,
  ): Promise<TestRun<ResultOutput<Output>>>;
  /** Starts a workflow, for tests that act while it runs. */
  start<Input, Output>(
    workflow: WorkflowSource<Input, Output>,
    input?: Input,
    options?: TestStartOptions,
  ): Promise<TestExecution<ResultOutput<Output>>>;
  /** An agent to be called alone, as the engine calls it: itself, or the id of one of the harness's. */
  agent<Input, Output>(agent: Agent<Input, Output>): AgentUnderTest<Input, Output>;
  agent(id: string): AgentUnderTest;
  /** What the journal shows of an execution, the last one by default: sensitive values hidden, long ones cut. */
  journal(executionId?: string): Promise<readonly JournalEntry[]>;
  /** A recording of an execution, the last one by default, for `replay()`; see `record()`. */
  record(executionId?: string): Promise<Recording>;
}

/**
 * Makes a harness for tests of agents and workflows. It cleans up after itself: `await using harness = createHarness()`.
 *
 * @example
 * ```ts
 * await using harness = createHarness({ agents: [myAgent] });
 * const run = await harness.run(workflow, { city: "Oslo" });
 * assertCompleted(run, { forecast: "rain" });
 * ```
 */
export function createHarness<OwnClock extends Clock = VirtualClock>(
  options: HarnessOptions<OwnClock> = {},
): AgentTestHarness<OwnClock> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without a clock of the caller's, its type is the default
  const clock = options.clock ?? (new VirtualClock() as Clock as OwnClock);
  return new Harness(options, clock);
}

class Harness<OwnClock extends Clock> implements AgentTestHarness<OwnClock> {
  readonly clock: OwnClock;
  readonly logs: LogRecord[] = [];
  readonly #options: HarnessOptions<OwnClock>;
  readonly #activity = new Activity();
  readonly #children: readonly OpenedWorkflow[];
  readonly #journal: MemoryJournal;
  readonly #engines: Engine[] = [];
  #http: Promise<HttpMock> | undefined;
  #ids = 0;
  #lastId = "";

  constructor(options: HarnessOptions<OwnClock>, clock: OwnClock) {
    this.#options = options;
    this.clock = clock;
    this.#children = (options.workflows ?? []).map((source) => openWorkflow(source, options.agents));
    this.#journal = new MemoryJournal({ clock, keepFinished: Infinity });
  }

  get calls(): readonly AgentCall[] {
    return this.#activity.calls;
  }

  async run<Input, Output>(source: WorkflowSource<Input, Output>, input?: Input, options: TestStartOptions = {}) {
    const execution = await this.start(source, input, options);
    return await execution.end();
  }

  async start<Input, Output>(
    source: WorkflowSource<Input, Output>,
    input?: Input,
    options: TestStartOptions = {},
  ): Promise<TestExecution<ResultOutput<Output>>> {
    await this.#listen();
    const opened = openWorkflow(source, this.#options.agents);
    const engine = this.#engineFor(opened);
    const workflow: TypedWorkflow<Input, Output> = opened.workflow;
    const { execution } = await engine.start(workflow, { ...options, ...(input !== undefined && { input }) });
    this.#lastId = execution.id;
    return {
      id: execution.id,
      view: () => execution.view(),
      signal: async (name, payload) => {
        if (await engine.signal(execution.id, name, payload)) return;
        throw new Error(`Cannot send signal "${name}": execution "${execution.id}" has ended`);
      },
      cancel: (reason) => void execution.cancel(reason),
      end: async () => await this.#end(execution, opened.workflow),
    };
  }

  agent(agent: AnyAgent | string): AgentUnderTest<never, never> {
    const tested = typeof agent === "string" ? this.#engineFor().agents.get(agent) : agent;
    const { clock, logs } = this;
    const site = { clock, secrets: this.#options.secrets ?? {}, log: (record: LogRecord) => void logs.push(record) };
    return agentUnderTest<never, never>(async (input, context) => {
      await this.#listen();
      const called = this.#activity.watch(tested);
      const stuck = (): Error => new Error(`Cannot finish the call of agent "${tested.id}": it never settles`);
      const output = await this.#drive(callAgent(called, input, context, site), stuck);
      await this.#refuseUnhandled();
      return output;
    });
  }

  async journal(executionId = this.#lastId): Promise<readonly JournalEntry[]> {
    return await this.#journal.read(executionId);
  }

  async record(executionId = this.#lastId): Promise<Recording> {
    // The newest engine knows the agents of all that were booted before it, or of the workflow that it was booted for.
    return await recordOf(this.#journal, executionId, { agents: this.#engineFor().agents });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const engine of this.#engines) {
      await this.#drive(
        engine.close({ drainMs: 0 }),
        () => new Error("Cannot close the harness: its engine never ends"),
      );
    }
    await using http = await this.#http;
    const unhandled = http?.takeUnhandled();
    if (unhandled !== undefined) throw unhandled;
  }

  async #end<Output>(execution: Execution<Output>, workflow: Workflow): Promise<TestRun<Output>> {
    const result = await this.#drive(execution.result, () => cannotEnd(execution.view()));
    await this.#refuseUnhandled();
    const stored = await this.#journal.load(execution.id);
    const calls = this.calls.slice();
    return testRun(result, { workflow, entries: stored?.entries ?? [], calls });
  }

  async #drive<T>(work: Promise<T>, stuck: () => Error): Promise<T> {
    return await drive(work, { clock: this.clock, real: this.#activity, stuck });
  }

  async #listen(): Promise<void> {
    const { handlers } = this.#options;
    if (handlers === undefined) return;
    this.#http ??= HttpMock.listen(handlers, this.#activity.working);
    await this.#http;
  }

  async #refuseUnhandled(): Promise<void> {
    const unhandled = (await this.#http)?.takeUnhandled();
    if (unhandled !== undefined) throw unhandled;
  }

  /** The newest engine, if it knows what the workflow brings along, so that runs share circuits; a new one otherwise. */
  #engineFor({ agents, workflows }: Omit<OpenedWorkflow, "workflow"> = { agents: [], workflows: [] }): Engine {
    const latest = this.#engines.at(-1);
    const isKnown =
      latest !== undefined && workflows.every((child) => latest.workflows.get(child.metadata.id) === child);
    const engine = isKnown ? latest : this.#boot(workflows);
    for (const agent of agents) engine.agents.register(this.#activity.watch(agent));
    return engine;
  }

  #boot(brought: readonly Workflow[]): Engine {
    const { agents = [], secrets, environment, maxConcurrency, seed = 1 } = this.#options;
    const known = [
      ...(this.#engines.at(-1)?.workflows.values() ?? []),
      ...this.#children.map(({ workflow }) => workflow),
    ];
    const engine = createEngine({
      agents: [...agents, ...this.#children.flatMap((child) => child.agents)].map((agent) =>
        this.#activity.watch(agent),
      ),
      workflows: [...new Set([...brought, ...known, ...this.#children.flatMap((child) => child.workflows)])],
      journal: this.#journal,
      clock: this.clock,
      newId: () => `test-${seed}-${++this.#ids}`,
      log: (record) => void this.logs.push(record),
      ...(secrets !== undefined && { secrets }),
      ...(environment !== undefined && { environment }),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    });
    this.#engines.push(engine);
    return engine;
  }
}
