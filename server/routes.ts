import type { Clock } from "../lib/clock.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { cancelExecution } from "./handlers/cancel-execution.ts";
import { streamAll, streamExecution } from "./handlers/events.ts";
import { executeWorkflow } from "./handlers/execute-workflow.ts";
import { getExecution } from "./handlers/get-execution.ts";
import { getJournal } from "./handlers/get-journal.ts";
import { health } from "./handlers/health.ts";
import { listAgents } from "./handlers/list-agents.ts";
import { listExecutions } from "./handlers/list-executions.ts";
import { showMetrics } from "./handlers/metrics.ts";
import { ready } from "./handlers/ready.ts";
import { rerunExecution } from "./handlers/rerun-execution.ts";
import { signalExecution } from "./handlers/signal-execution.ts";
import { validateWorkflow } from "./handlers/validate-workflow.ts";
import { getWorkflow, listWorkflows } from "./handlers/workflows.ts";
import type { ExecutionMetrics } from "./metrics/execution-metrics.ts";
import type { Route } from "./route.ts";
import type { EventHub } from "./sse/event-hub.ts";
import type { OpenStreams } from "./sse/open-streams.ts";
import type { RecentEvents } from "./sse/recent-events.ts";

export interface RouteContext {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly isDraining: () => boolean;
  readonly metrics: ExecutionMetrics;
  readonly streams: OpenStreams;
  readonly hub: EventHub;
  readonly recent: RecentEvents;
}

/** Everything the API does. */
export function createRoutes(context: RouteContext): readonly Route[] {
  const { engine, clock, isDraining, metrics, streams, hub, recent } = context;
  return [
    { method: "POST", path: "/workflows/execute", handle: executeWorkflow(engine, clock) },
    { method: "POST", path: "/workflows/validate", handle: validateWorkflow(engine) },
    { method: "GET", path: "/workflows", handle: listWorkflows(engine) },
    { method: "GET", path: "/workflows/:id", handle: getWorkflow(engine) },
    { method: "GET", path: "/agents", handle: listAgents(engine) },
    { method: "GET", path: "/executions", handle: listExecutions(engine.journal) },
    { method: "GET", path: "/executions/:id", handle: getExecution(engine) },
    { method: "GET", path: "/executions/:id/journal", handle: getJournal(engine.journal) },
    { method: "GET", path: "/executions/:id/events", handle: streamExecution(engine, hub, streams) },
    { method: "GET", path: "/events", handle: streamAll(engine, recent, streams) },
    { method: "POST", path: "/executions/:id/cancel", handle: cancelExecution(engine) },
    { method: "POST", path: "/executions/:id/signals/:name", handle: signalExecution(engine) },
    { method: "POST", path: "/executions/:id/rerun", handle: rerunExecution(engine) },
    { method: "GET", path: "/metrics", handle: showMetrics(metrics) },
    { method: "GET", path: "/health", isOpen: true, handle: health(clock) },
    { method: "GET", path: "/ready", isOpen: true, handle: ready(isDraining) },
  ];
}
