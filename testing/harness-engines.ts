import type { AnyAgent } from "../lib/agents/agent.ts";
import { withBuiltIns } from "../lib/agents/with-built-ins.ts";
import type { Clock } from "../lib/clock.ts";
import { createEngine } from "../lib/engine/create-engine.ts";
import type { Engine } from "../lib/engine/engine.ts";
import type { MemoryJournal } from "../lib/journal/memory-journal.ts";
import type { LogSink } from "../lib/log.ts";
import type { Workflow } from "../lib/workflow.ts";
import type { HarnessOptions } from "./harness-options.ts";
import { openWorkflow, type OpenedWorkflow } from "./open-workflow.ts";

interface Site {
  readonly clock: Clock;
  readonly journal: MemoryJournal;
  readonly log: LogSink;
  /** The agent, with its calls watched. The same one for the same agent. */
  readonly watch: (agent: AnyAgent) => AnyAgent;
}

/** The engines of one harness. Most have one; another child that a workflow brings along takes another engine. */
export class HarnessEngines implements Iterable<Engine> {
  readonly #options: HarnessOptions<Clock>;
  readonly #site: Site;
  readonly #given: readonly OpenedWorkflow[];
  readonly #engines: Engine[] = [];
  #ids = 0;

  constructor(options: HarnessOptions<Clock>, site: Site) {
    this.#options = options;
    this.#site = site;
    this.#given = (options.workflows ?? []).map((source) => openWorkflow(source, options.agents));
  }

  /** The newest one. It knows all agents and children that came along so far. */
  get newest(): Engine {
    return this.#engines.at(-1) ?? this.#boot([]);
  }

  /** The newest one where it knows what the workflow brings along, so that runs share circuits and limits. */
  for({ agents, workflows }: OpenedWorkflow): Engine {
    const { newest } = this;
    const isKnown = workflows.every((child) => newest.workflows.get(child.metadata.id) === child);
    const engine = isKnown ? newest : this.#boot(workflows);
    for (const agent of agents) engine.agents.register(this.#site.watch(agent));
    return engine;
  }

  [Symbol.iterator](): Iterator<Engine> {
    return this.#engines[Symbol.iterator]();
  }

  #boot(brought: readonly Workflow[]): Engine {
    const { agents = [], secrets, environment, maxConcurrency, seed = 1 } = this.#options;
    const { clock, journal, log, watch } = this.#site;
    const latest = this.#engines.at(-1);
    const given = [...agents, ...this.#given.flatMap((child) => child.agents)];
    const children = this.#given.flatMap((child) => [child.workflow, ...child.workflows]);
    const engine = createEngine({
      agents: latest?.agents ?? withBuiltIns([...withBuiltIns(given)].map(watch)),
      workflows: [...new Set([...brought, ...(latest?.workflows.values() ?? []), ...children])],
      journal,
      clock,
      log,
      newId: () => `test-${seed}-${++this.#ids}`,
      ...(secrets !== undefined && { secrets }),
      ...(environment !== undefined && { environment }),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    });
    this.#engines.push(engine);
    return engine;
  }
}
