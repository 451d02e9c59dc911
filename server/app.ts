import { Elysia } from "elysia";
import { systemClock, systemId, type Clock, type NewId } from "../lib/clock.ts";
import type { Engine } from "../lib/engine/engine.ts";
import type { LogSink } from "../lib/log.ts";
import { createAnswer, type Answer } from "./answer.ts";
import { refusalOf, requireJsonBody } from "./guard.ts";
import { parseBody } from "./parse-body.ts";
import { HttpProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { ApiReply, ApiRequest, Route } from "./route.ts";
import { createRoutes } from "./routes.ts";

export interface ServerOptions {
  /** Runs what is posted. Its agents are all that a posted workflow may name. */
  readonly engine: Engine;
  /** Gets a line for every request that fails unexpectedly. Default: no log. */
  readonly log?: LogSink;
  readonly clock?: Clock;
  readonly newId?: NewId;
}

/** The REST API without a socket. */
export interface Server {
  /**
   * Answers a request. Never rejects. Only loopback names are accepted as its host, and when `socket` says where it came
   * in, only with that port. Takes what `Bun.serve` passes.
   */
  fetch(request: Request, socket?: { readonly port?: number | undefined }): Promise<Response>;
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
 * const engine = createEngine();
 * const listener = await listen(createServer({ engine }), { port: 8088 });
 * ```
 */
export function createServer({ engine, log, clock = systemClock, newId = systemId }: ServerOptions): Server {
  let isDraining = false;
  const answer = createAnswer(log, clock, newId);
  const app = createApp(
    createRoutes(engine, clock, () => isDraining),
    answer,
    clock,
  );
  return {
    async fetch(request, socket) {
      const refusal = refusalOf(request, socket?.port);
      return refusal === undefined ? app(request) : answer(request, () => Promise.reject(refusal));
    },
    async drain(drainMs) {
      isDraining = true;
      await engine.close({ drainMs });
    },
  };
}

/** Elysia only finds the route: it reads no body and writes no reply, because its own ways differ between runtimes. */
function createApp(routes: readonly Route[], answer: Answer, clock: Clock): (request: Request) => Promise<Response> {
  const app = new Elysia().onError(({ request, code, error }) =>
    answer(request, () => {
      throw code === "NOT_FOUND" ? new HttpProblem("NOT_FOUND", "Cannot find the page: no route has this path") : error;
    }),
  );
  for (const route of routes) {
    const { method, path } = route;
    app.route(method, path, ({ request, params }) => answer(request, (id) => call(route, request, params, id, clock)), {
      parse: "none",
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    app.all(path, ({ request }) => answer(request, () => Promise.reject(methodNotAllowed(routes, path))), {
      parse: "none",
    });
  }
  return async (request) => app.fetch(request);
}

async function call(
  { method, handle }: Route,
  request: Request,
  params: ApiRequest["params"],
  correlationId: string,
  clock: Clock,
): Promise<ApiReply> {
  const { headers } = request;
  const { searchParams: query } = new URL(request.url);
  if (method === "GET") return handle({ params, query, headers, body: {}, text: "", correlationId });
  requireJsonBody(headers);
  const text = await readBody(request, clock);
  return handle({ params, query, headers, body: parseBody(text), text, correlationId });
}

function methodNotAllowed(routes: readonly Route[], path: string): HttpProblem {
  const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
  const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  return new HttpProblem("METHOD_NOT_ALLOWED", `Cannot do this here: the method must be one of ${allow}`, {
    headers: { Allow: allow },
  });
}
