import type { Agent, AnyAgent } from "../lib/agents/agent.ts";
import type { Clock } from "../lib/clock.ts";
import type { StartOptions } from "../lib/engine/engine.ts";
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
import { HarnessEngines } from "./harness-engines.ts";
import type { HarnessOptions } from "./harness-options.ts";
import { HttpMock } from "./http-mock.ts";
import { openWorkflow, type WorkflowSource } from "./open-workflow.ts";
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
  /**
   * Stops what goes on and lets the network be, as `await using` does at the end of its block.
   *
   * @throws {UnhandledRequestError} when a request found no handler and no run has told of it.
   */
  close(): Promise<void>;
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
  readonly #journal: MemoryJournal;
  readonly #engines: HarnessEngines;
  #http: Promise<HttpMock> | undefined;
  #lastId = "";

  constructor(options: HarnessOptions<OwnClock>, clock: OwnClock) {
    this.#options = options;
    this.clock = clock;
    const journal = new MemoryJournal({ clock, keepFinished: Infinity });
    const log = (record: LogRecord): void => void this.logs.push(record);
    this.#journal = journal;
    this.#engines = new HarnessEngines(options, { clock, journal, log, watch: (agent) => this.#activity.watch(agent) });
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
    const engine = this.#engines.for(opened);
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
    const tested = typeof agent === "string" ? this.#engines.newest.agents.get(agent) : agent;
    const { clock, logs } = this;
    const site = { clock, secrets: this.#options.secrets ?? {}, log: (record: LogRecord) => void logs.push(record) };
    return agentUnderTest<never, never>(async (input, context) => {
      await this.#listen();
      const called = this.#activity.watch(tested);
      const stuck = (): Error => new Error(`Cannot finish the call of agent "${tested.id}": it never settles`);
      return await this.#drive(callAgent(called, input, context, site), stuck);
    });
  }

  async journal(executionId = this.#lastId): Promise<readonly JournalEntry[]> {
    return await this.#journal.read(executionId);
  }

  async record(executionId = this.#lastId): Promise<Recording> {
    return await recordOf(this.#journal, executionId, { agents: this.#engines.newest.agents });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
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
    const stored = await this.#journal.load(execution.id);
    const family = await this.#familyOf(execution.id);
    const calls = this.calls.filter((call) => family.has(call.executionId));
    return testRun(result, { workflow, entries: stored?.entries ?? [], calls });
  }

  /** The execution and its children, and theirs. */
  async #familyOf(executionId: string): Promise<ReadonlySet<string>> {
    const family = new Set([executionId]);
    const all = await this.#journal.list({ children: true, limit: Infinity });
    // The newest come first, and a child is never older than its parent.
    for (const { executionId: id, parentId } of all.toReversed()) {
      if (parentId !== undefined && family.has(parentId)) family.add(id);
    }
    return family;
  }

  /** Lets time pass until the work settles. A request without a handler counts for more than what came of it. */
  async #drive<T>(work: Promise<T>, stuck: () => Error): Promise<T> {
    const driven = drive(work, { clock: this.clock, real: this.#activity, stuck });
    await Promise.allSettled([driven]);
    const unhandled = (await this.#http)?.takeUnhandled();
    if (unhandled !== undefined) throw unhandled;
    return await driven;
  }

  async #listen(): Promise<void> {
    const { handlers } = this.#options;
    if (handlers === undefined) return;
    this.#http ??= HttpMock.listen(handlers, this.#activity.working);
    try {
      await this.#http;
    } catch (error) {
      // Told here, and not again when the harness is closed.
      this.#http = undefined;
      throw error;
    }
  }
}
