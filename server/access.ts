import { HttpProblem } from "./problem.ts";
import type { IssuedSecrets } from "./session/issued-secrets.ts";
import { sessionsIn } from "./session/session-cookie.ts";
import { createTokenCheck } from "./token.ts";

/** What of a request decides whether it is let in. */
export interface Caller {
  readonly method: string;
  readonly headers: Headers;
}

/** Why a caller that has passed the guard must not be let in, or undefined. */
export type Access = (caller: Caller) => HttpProblem | undefined;

/** Lets in whoever has the token, and the pages of this server in a browser that has a session. Without a token everybody. */
export function createAccess(token: string | undefined, sessions: Pick<IssuedSecrets, "has">): Access {
  if (token === undefined) return () => undefined;
  const isToken = createTokenCheck(token);
  return (caller) => {
    const authorization = caller.headers.get("authorization");
    if (authorization !== null) return isToken(authorization) ? undefined : unauthenticated();
    if (!sessionsIn(caller.headers).some((session) => sessions.has(session))) return unauthenticated();
    return isFromOwnPage(caller) ? undefined : notFromOwnPage();
  };
}

/**
 * The guard has compared the origin already, but lets through requests without one, since programs send none. A browser
 * sends it with every request that can change something, and only browsers have sessions.
 */
function isFromOwnPage({ method, headers }: Caller): boolean {
  if (method === "GET" || method === "HEAD") return true;
  const site = headers.get("sec-fetch-site");
  return headers.get("origin") !== null && (site === null || site === "same-origin");
}

function unauthenticated(): HttpProblem {
  return new HttpProblem(
    "UNAUTHENTICATED",
    'Cannot let the request in: it must have the token of this server as "Authorization: Bearer <token>"',
    { headers: { "WWW-Authenticate": 'Bearer realm="orchestr8"' } },
  );
}

function notFromOwnPage(): HttpProblem {
  return new HttpProblem(
    "ORIGIN_NOT_ALLOWED",
    "Cannot accept the request: with a session it must come from a page of this server",
  );
}
