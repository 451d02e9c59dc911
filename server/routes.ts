import type { Clock } from "../lib/clock.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { cancelExecution } from "./handlers/cancel-execution.ts";
import { executeWorkflow } from "./handlers/execute-workflow.ts";
import { getExecution } from "./handlers/get-execution.ts";
import { getJournal } from "./handlers/get-journal.ts";
import { health } from "./handlers/health.ts";
import { ready } from "./handlers/ready.ts";
import type { Route } from "./route.ts";

/** Everything the API does. */
export function createRoutes(engine: Engine, clock: Clock, isDraining: () => boolean): readonly Route[] {
  return [
    { method: "POST", path: "/workflows/execute", handle: executeWorkflow(engine) },
    { method: "GET", path: "/executions/:id", handle: getExecution(engine) },
    { method: "GET", path: "/executions/:id/journal", handle: getJournal(engine.journal) },
    { method: "POST", path: "/executions/:id/cancel", handle: cancelExecution(engine) },
    { method: "GET", path: "/health", handle: health(clock) },
    { method: "GET", path: "/ready", handle: ready(isDraining) },
  ];
}
