import type { Engine } from "../../lib/engine/engine.ts";
import { isTerminal } from "../../lib/engine/state.ts";
import { requireView } from "../execution-id.ts";
import { readList } from "../read-query.ts";
import type { Handler } from "../route.ts";
import { AllSource } from "../sse/all-source.ts";
import type { EventHub } from "../sse/event-hub.ts";
import { ExecutionSource } from "../sse/execution-source.ts";
import type { OpenStreams } from "../sse/open-streams.ts";
import type { RecentEvents } from "../sse/recent-events.ts";
import { readStatuses } from "./list-executions.ts";

const action = "Cannot open an event stream";

/**
 * Streams an execution until it ends: a snapshot and then its entries, or behind `Last-Event-ID` the entries alone. Who has
 * the last one already is answered 204, which tells browsers not to come again.
 */
export function streamExecution(engine: Engine, hub: EventHub, streams: OpenStreams): Handler {
  return async (request) => {
    const { executionId, status, sequence } = await requireView(engine, request);
    const known = parseSequence(request.headers.get("last-event-id"));
    // What is ahead of the execution is not of it.
    const after = known !== undefined && known <= sequence ? known : undefined;
    if (isTerminal(status) && after === sequence) return { status: 204 };
    return streams.reply((wake) => new ExecutionSource({ engine, hub, executionId, after }, wake), request.signal);
  };
}

function parseSequence(id: string | null): number | undefined {
  return id !== null && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

/** Streams the executions of this process: a snapshot and then their events, or those behind `Last-Event-ID`. */
export function streamAll(engine: Engine, recent: RecentEvents, streams: OpenStreams): Handler {
  return ({ query, headers, signal }) => {
    const filter = {
      executionIds: new Set(readList(query, "executionId", action, "must be ids of executions", asId)),
      statuses: readStatuses(query, action),
    };
    const lastEventId = headers.get("last-event-id") ?? undefined;
    return streams.reply((wake) => new AllSource({ engine, recent, filter, lastEventId }, wake), signal);
  };
}

function asId(text: string): string | undefined {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : undefined;
}
