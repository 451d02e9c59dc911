import { randomBytes } from "node:crypto";
import { Elysia } from "elysia";
import { systemClock, type Clock } from "../lib/clock.ts";
import { systemId, type NewId } from "../lib/new-id.ts";
import type { Engine } from "../lib/engine/engine.ts";
import type { LogSink } from "../lib/log.ts";
import { type Access, createAccess } from "./access.ts";
import { createAnswers } from "./answer.ts";
import { createGuard, type Entrance } from "./guard.ts";
import { resolveLimits, type ServerLimits } from "./limits.ts";
import { ExecutionMetrics } from "./metrics/execution-metrics.ts";
import { HttpProblem } from "./problem.ts";
import { OpenRequests } from "./open-requests.ts";
import { createBodyReader } from "./read-body.ts";
import { createResponder, type Responder } from "./respond.ts";
import type { ApiRequest, Route } from "./route.ts";
import { createRoutes } from "./routes.ts";
import { IssuedSecrets } from "./session/issued-secrets.ts";
import { EventHub } from "./sse/event-hub.ts";
import { OpenStreams } from "./sse/open-streams.ts";
import { RecentEvents } from "./sse/recent-events.ts";
import { chooseToken } from "./token.ts";

export interface ServerOptions {
  /** Runs what is posted. Its agents are all that a posted workflow may name. */
  readonly engine: Engine;
  /**
   * What every request must have as `Authorization: Bearer <token>`, but those for `/health` and `/ready` and those of the
   * server's pages, which have a session. Default: 32 new random bytes, which {@link Server.token} tells. With `false`
   * whoever reaches the server may use it.
   */
  readonly token?: string | false | undefined;
  /**
   * Names under which the server is asked for besides loopback and the address it is bound to, such as `"o8.internal"` for
   * that name at any port, or `"o8.example:8443"` for one. Default: none.
   */
  readonly allowedHosts?: readonly string[];
  readonly limits?: ServerLimits;
  /** Gets a line for every request that fails unexpectedly. Default: no log. */
  readonly log?: LogSink;
  readonly clock?: Clock;
  readonly newId?: NewId;
}

/** Browsers that are let in at once, which are far more than a person has open. */
const maxSessions = 64;

/** The REST API without a socket. */
export interface Server {
  /** What requests must have as `Authorization: Bearer <token>`; undefined when they need nothing. */
  readonly token: string | undefined;
  /**
   * Answers a request. Never rejects. Only loopback names and `allowedHosts` are accepted as its host, and when `socket`
   * says where it came in, only with that port. Takes what `Bun.serve` passes.
   */
  fetch(request: Request, socket?: Entrance): Promise<Response>;
  /** Milliseconds since it last had something to do: a request, an open event stream or an unfinished execution. */
  idleMs(): number;
  /**
   * Refuses new executions from now on and closes the engine: unfinished executions have `drainMs` to end. Then they are
   * left to be resumed, or without a shared journal cancelled. Everything else is still answered.
   */
  drain(drainMs: number): Promise<void>;
}

/**
 * Makes the REST API of an engine.
 *
 * @example
 * ```ts
 * const server = createServer({ engine: createEngine() });
 * const listener = await listen(server, { port: 8088 });
 * await fetch(`${listener.url}/executions`, { headers: { Authorization: `Bearer ${server.token}` } });
 * ```
 *
 * @throws {RangeError} when an option is out of its range.
 */
export function createServer(options: ServerOptions): Server {
  const { engine, log, clock = systemClock, newId = systemId, allowedHosts } = options;
  const token = chooseToken(options.token);
  const limits = resolveLimits(options.limits);
  let isDraining = false;
  const open = new OpenRequests(clock);
  const streams = new OpenStreams(clock, limits);
  const sessions = new IssuedSecrets({ capacity: maxSessions, clock });
  const access = createAccess(token, sessions);
  const routes = createRoutes({
    engine,
    clock,
    access,
    sessions,
    isDraining: () => isDraining,
    metrics: new ExecutionMetrics(engine, () => streams.count),
    streams,
    hub: new EventHub(engine.events),
    recent: new RecentEvents(engine.events, { epoch: randomBytes(8).toString("hex") }),
  });
  const guard = createGuard(allowedHosts);
  const answers = createAnswers(log, clock);
  const readBody = createBodyReader(clock, limits);
  const responder = createResponder({ answers, access, readBody, open, newId });
  const app = createApp(routes, access, responder);
  return {
    token,
    fetch(request, socket) {
      open.begin(socket);
      const refusal = guard(request, socket);
      return Promise.resolve(refusal === undefined ? app(request) : responder.refuse(request, refusal));
    },
    idleMs: () => open.idleMs(streams.count + engine.load().executions > 0),
    async drain(drainMs) {
      isDraining = true;
      await engine.close({ drainMs });
      // Not before: their readers shall learn how executions ended.
      streams.close();
    },
  };
}

/**
 * Elysia only finds the route: it reads no body and writes no reply, because its own ways differ between runtimes. What it
 * has found says whether the token is needed, so that no path can mean one thing here and another there.
 */
function createApp(
  routes: readonly Route[],
  access: Access,
  responder: Responder,
): (request: Request) => Response | Promise<Response> {
  const turnAway = (request: Request, problem: unknown): Response =>
    responder.refuse(request, access(request) ?? problem);
  const app = new Elysia().onError(({ request, code, error }) =>
    turnAway(
      request,
      code === "NOT_FOUND" ? new HttpProblem("NOT_FOUND", "Cannot find the page: no route has this path") : error,
    ),
  );
  for (const route of routes) {
    const handle = ({ request, params }: { request: Request; params: ApiRequest["params"] }): Promise<Response> =>
      responder.respond(route, request, params);
    app.route(route.method, route.path, handle, { parse: "none" });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    app.all(path, ({ request }) => turnAway(request, methodNotAllowed(routes, path)), { parse: "none" });
  }
  return (request) => app.fetch(request);
}

function methodNotAllowed(routes: readonly Route[], path: string): HttpProblem {
  const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
  const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  return new HttpProblem("METHOD_NOT_ALLOWED", `Cannot do this here: the method must be one of ${allow}`, {
    headers: { Allow: allow },
  });
}
