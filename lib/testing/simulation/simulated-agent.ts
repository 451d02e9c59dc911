import { sleep } from "../../clock.ts";
import type { AgentContext, AnyAgent } from "../../agents/agent.ts";
import { drawNotJson, drawOutput, drawThrown, misdeeds, type AgentProfile, type Misdeed } from "./agent-profile.ts";
import { Draw } from "./draw.ts";
import { standInFor } from "../stand-in.ts";
import { never } from "./faulty-journal.ts";
import type { ProcessClock } from "./process-clock.ts";

/** Where an agent runs. */
export interface AgentSite {
  readonly clock: ProcessClock;
  readonly isAlive: boolean;
  readonly seed: string | number;
  /** The chance that a call misbehaves, now. */
  readonly misbehaviour: number;
  called(agent: AnyAgent, context: AgentContext): void;
}

/** An agent whose every call is drawn from the call's own key, so that it does the same whatever else goes on. */
export function simulatedAgent(profile: AgentProfile, site: AgentSite): AnyAgent {
  const { id, semantics } = profile;
  const agent: AnyAgent = {
    id,
    version: "1.0.0",
    semantics,
    usage: tokensIn,
    execute: (_input: unknown, context, signal) =>
      begin(agent, site, context, (draw) => {
        const delayMs = draw.int(profile.minMs, Math.max(profile.minMs, profile.maxMs));
        const misdeed = draw.chance(site.misbehaviour) ? draw.pickAny(profile.misdeeds) : undefined;
        if (misdeed !== undefined) return misbehave(misdeed, { site, draw, delayMs, signal });
        return after(site.clock, delayMs, signal, () => drawOutput(draw));
      }),
  };
  return agent;
}

/** A caller's own agent, which takes some time and fails now and then. */
export function disturbedAgent(agent: AnyAgent, site: AgentSite): AnyAgent {
  return standInFor(agent, (input, context, signal) =>
    begin(agent, site, context, (draw) => {
      const delayMs = draw.chance(0.5) ? 0 : draw.skewed(1, 3_000);
      const misdeed = draw.chance(site.misbehaviour) ? draw.pick(misdeeds) : undefined;
      if (misdeed !== undefined) return misbehave(misdeed, { site, draw, delayMs, signal });
      return after(site.clock, delayMs, signal, () => agent.execute(input, context, signal));
    }),
  );
}

/** A caller's own agent as it is, but that its calls are noted, and none reaches it in a process that is dead. */
export function recordedAgent(agent: AnyAgent, site: AgentSite): AnyAgent {
  return standInFor(agent, (input, context, signal) =>
    begin(agent, site, context, () => agent.execute(input, context, signal)),
  );
}

function begin(agent: AnyAgent, site: AgentSite, context: AgentContext, work: (draw: Draw) => unknown): unknown {
  if (!site.isAlive) return never();
  site.called(agent, context);
  return work(new Draw(`${site.seed}/${context.idempotencyKey}/${context.attempt}`));
}

interface Work {
  readonly site: AgentSite;
  readonly draw: Draw;
  readonly delayMs: number;
  readonly signal: AbortSignal;
}

function misbehave(misdeed: Misdeed, { site: { clock }, draw, delayMs, signal }: Work): unknown {
  switch (misdeed) {
    case "throw":
      return after(clock, delayMs, signal, () => raise(drawThrown(draw)));
    case "sync-throw":
      return raise(drawThrown(draw));
    case "reject-late":
      return late(clock, delayMs + draw.skewed(10, 60_000), () => raise(drawThrown(draw)));
    case "ignore-signal":
      return late(clock, delayMs + draw.skewed(10, 60_000), () => drawOutput(draw));
    case "hang":
      return never();
    case "huge":
      return after(clock, delayMs, signal, () => ({ n: 1, text: "x".repeat(draw.skewed(100, 40_000)) }));
    case "not-json":
      return after(clock, delayMs, signal, () => drawNotJson(draw));
  }
}

/** Heeds its signal. */
function after(clock: ProcessClock, ms: number, signal: AbortSignal, work: () => unknown): unknown {
  if (ms === 0) return work();
  return sleep(clock, ms, signal).then(work);
}

/** Does not. */
function late<T>(clock: ProcessClock, ms: number, work: () => T): Promise<T> {
  return sleep(clock, ms).then(work);
}

function raise(error: unknown): never {
  throw error;
}

function tokensIn(output: unknown): { readonly tokens?: number } {
  if (typeof output !== "object" || output === null || !("tokens" in output)) return {};
  return typeof output.tokens === "number" ? { tokens: output.tokens } : {};
}
