/** Every endpoint: what is asked, and under which name it is answered. */
export const routeTable = [
  { name: "executeWorkflow", method: "POST", path: "/workflows/execute" },
  { name: "validateWorkflow", method: "POST", path: "/workflows/validate" },
  { name: "listWorkflows", method: "GET", path: "/workflows" },
  { name: "getWorkflow", method: "GET", path: "/workflows/:id" },
  { name: "listAgents", method: "GET", path: "/agents" },
  { name: "listExecutions", method: "GET", path: "/executions" },
  { name: "getExecution", method: "GET", path: "/executions/:id" },
  { name: "getJournal", method: "GET", path: "/executions/:id/journal" },
  { name: "streamExecution", method: "GET", path: "/executions/:id/events" },
  { name: "drawExecution", method: "GET", path: "/executions/:id/graph" },
  { name: "cancelExecution", method: "POST", path: "/executions/:id/cancel" },
  { name: "signalExecution", method: "POST", path: "/executions/:id/signals/:name" },
  { name: "rerunExecution", method: "POST", path: "/executions/:id/rerun" },
  { name: "streamAll", method: "GET", path: "/events" },
  { name: "getOpenApi", method: "GET", path: "/openapi.json" },
  { name: "createSessionLink", method: "POST", path: "/session-links" },
  { name: "openSession", method: "GET", path: "/open", isOpen: true },
  { name: "getDashboard", method: "GET", path: "/", isOpen: true },
  { name: "getDocs", method: "GET", path: "/docs", isOpen: true },
  { name: "getAsset", method: "GET", path: "/assets/:name", isOpen: true },
  { name: "getMetrics", method: "GET", path: "/metrics" },
  { name: "getHealth", method: "GET", path: "/health", isOpen: true },
  { name: "getReady", method: "GET", path: "/ready", isOpen: true },
] as const satisfies readonly RouteShape[];

export interface RouteShape {
  readonly name: string;
  readonly method: "GET" | "POST";
  /** A segment that starts with `:` is a parameter. */
  readonly path: string;
  /** Whether it is answered without the token, or asks for it in a way of its own. */
  readonly isOpen?: true;
}

export type RouteName = (typeof routeTable)[number]["name"];
