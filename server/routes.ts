import type { Clock } from "../lib/clock.ts";
import type { Engine } from "../lib/engine/engine.ts";
import type { Access } from "./access.ts";
import { cancelExecution } from "./handlers/cancel-execution.ts";
import { streamAll, streamExecution } from "./handlers/events.ts";
import { drawExecution } from "./handlers/draw-execution.ts";
import { executeWorkflow } from "./handlers/execute-workflow.ts";
import { getExecution } from "./handlers/get-execution.ts";
import { getJournal } from "./handlers/get-journal.ts";
import { health } from "./handlers/health.ts";
import { listAgents } from "./handlers/list-agents.ts";
import { listExecutions } from "./handlers/list-executions.ts";
import { showMetrics } from "./handlers/metrics.ts";
import { showAsset, showPage } from "./handlers/pages.ts";
import { ready } from "./handlers/ready.ts";
import { rerunExecution } from "./handlers/rerun-execution.ts";
import { createSessionLink, openSession } from "./handlers/session-links.ts";
import { signalExecution } from "./handlers/signal-execution.ts";
import { validateWorkflow } from "./handlers/validate-workflow.ts";
import { getWorkflow, listWorkflows } from "./handlers/workflows.ts";
import type { ExecutionMetrics } from "./metrics/execution-metrics.ts";
import { openApiDocument } from "./openapi/document.ts";
import type { Handler, Route } from "./route.ts";
import { type RouteName, routeTable } from "./route-table.ts";
import { IssuedSecrets } from "./session/issued-secrets.ts";
import type { EventHub } from "./sse/event-hub.ts";
import type { OpenStreams } from "./sse/open-streams.ts";
import type { RecentEvents } from "./sse/recent-events.ts";

export interface RouteContext {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly access: Access;
  readonly sessions: IssuedSecrets;
  readonly isDraining: () => boolean;
  readonly metrics: ExecutionMetrics;
  readonly streams: OpenStreams;
  readonly hub: EventHub;
  readonly recent: RecentEvents;
}

/** How long somebody has to open a link, milliseconds. */
const linkTtlMs = 60_000;
/** Links that wait to be opened. */
const maxLinks = 16;

/** Everything the API does. */
export function createRoutes(context: RouteContext): readonly Route[] {
  const { engine, clock, access, sessions, isDraining, metrics, streams, hub, recent } = context;
  const links = new IssuedSecrets({ capacity: maxLinks, ttlMs: linkTtlMs, clock });
  const description = openApiDocument();
  const handlers: Readonly<Record<RouteName, Handler>> = {
    executeWorkflow: executeWorkflow(engine, clock),
    validateWorkflow: validateWorkflow(engine),
    listWorkflows: listWorkflows(engine),
    getWorkflow: getWorkflow(engine),
    listAgents: listAgents(engine),
    listExecutions: listExecutions(engine.journal),
    getExecution: getExecution(engine),
    getJournal: getJournal(engine.journal),
    streamExecution: streamExecution(engine, hub, streams),
    cancelExecution: cancelExecution(engine),
    signalExecution: signalExecution(engine),
    rerunExecution: rerunExecution(engine),
    streamAll: streamAll(engine, recent, streams),
    getOpenApi: () => ({ status: 200, body: description }),
    drawExecution: drawExecution(engine.journal),
    createSessionLink: createSessionLink(links, clock, linkTtlMs),
    openSession: openSession(links, sessions),
    getDashboard: showPage("dashboard.html", access),
    getDocs: showPage("docs.html", access),
    getAsset: showAsset(),
    getMetrics: showMetrics(metrics),
    getHealth: health(clock),
    getReady: ready(isDraining),
  };
  return routeTable.map((shape): Route => Object.assign({ handle: handlers[shape.name] }, shape));
}
