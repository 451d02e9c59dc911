import type { NewId } from "../lib/new-id.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Access } from "./access.ts";
import type { Answers } from "./answer.ts";
import { correlationIdOf } from "./correlation-id.ts";
import { requireJsonBody } from "./guard.ts";
import type { OpenRequests } from "./open-requests.ts";
import { parseBody } from "./parse-body.ts";
import type { BodyReader } from "./read-body.ts";
import type { ApiRequest, Route } from "./route.ts";

export interface ResponderOptions {
  readonly answers: Answers;
  readonly access: Access;
  readonly readBody: BodyReader;
  readonly open: OpenRequests;
  readonly newId: NewId;
}

/** Answers open requests, and ends them. Never rejects. */
export interface Responder {
  respond(route: Route, request: Request, params: ApiRequest["params"]): Promise<Response>;
  /** Answers one that no route takes. */
  refuse(request: Request, problem: unknown): Response;
}

/** One async function does all of it: each further one would cost a request more than most of its work. */
export function createResponder({ answers, access, readBody, open, newId }: ResponderOptions): Responder {
  return {
    async respond(route, request, params) {
      const { headers } = request;
      const { entrance } = open;
      const correlationId = correlationIdOf(headers, newId);
      try {
        // Where none is needed a wrong one is told all the same, so that a client finds out whom it talks to.
        const isChecked = route.isOpen !== true || headers.has("authorization");
        const refusal = isChecked ? access(request) : undefined;
        if (refusal !== undefined) throw refusal;
        const hasBody = route.method === "POST";
        if (hasBody) requireJsonBody(headers);
        const text = hasBody ? await readBody(request) : "";
        const body = hasBody ? parseBody(text) : {};
        const handled = route.handle(new RoutedRequest(request, params, correlationId, text, body));
        const reply = handled instanceof Promise ? await handled : handled;
        // Bun counts a stream that is only written to as idle.
        if (reply.stream !== undefined) entrance?.timeout?.(request, 0);
        return answers.reply(request, reply, correlationId);
      } catch (error) {
        return answers.failure(request, error, correlationId);
      } finally {
        open.end();
      }
    },
    refuse(request, problem) {
      const response = answers.failure(request, problem, correlationIdOf(request.headers, newId));
      open.end();
      return response;
    },
  };
}

class RoutedRequest implements ApiRequest {
  readonly #request: Request;
  readonly params: ApiRequest["params"];
  readonly correlationId: string;
  readonly text: string;
  readonly body: JsonObject;

  constructor(request: Request, params: ApiRequest["params"], correlationId: string, text: string, body: JsonObject) {
    this.#request = request;
    this.params = params;
    this.correlationId = correlationId;
    this.text = text;
    this.body = body;
  }

  get method(): string {
    return this.#request.method;
  }

  get headers(): Headers {
    return this.#request.headers;
  }

  get query(): URLSearchParams {
    const { url } = this.#request;
    const start = url.indexOf("?");
    return new URLSearchParams(start < 0 ? "" : url.slice(start));
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}
