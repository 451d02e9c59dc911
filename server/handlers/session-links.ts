import type { Clock } from "../../lib/clock.ts";
import { HttpProblem } from "../problem.ts";
import { RequestErrors } from "../request-errors.ts";
import type { ApiReply, ApiRequest, Handler } from "../route.ts";
import type { IssuedSecrets } from "../session/issued-secrets.ts";
import { sessionCookie } from "../session/session-cookie.ts";
import { lockedPage, wantsPage } from "./pages.ts";

/** Makes a link that lets the browser in which it is opened use the server, once and for a short time. */
export function createSessionLink(links: IssuedSecrets, clock: Clock, ttlMs: number): Handler {
  return ({ body }) => {
    const errors = new RequestErrors();
    errors.allowOnly(body, []);
    errors.throwIfAny("Cannot make a link");
    const expiresAt = new Date(clock.wall() + ttlMs).toISOString();
    return { status: 201, body: { url: `/open?code=${links.issue()}`, expiresAt } };
  };
}

/**
 * Opens a session, always a new one, and leads to the dashboard, whose address has nothing of the code. A browser that
 * only looks ahead does not use the link up.
 */
export function openSession(links: IssuedSecrets, sessions: IssuedSecrets): Handler {
  return (request) => {
    const { query, headers } = request;
    const [code = "", ...others] = query.getAll("code");
    if (others.length > 0 || looksAhead(request) || !links.take(code)) return refusal(headers);
    const cookie = sessionCookie(headers, sessions.issue());
    return {
      status: 303,
      // Without a text, and a type for it, runtimes differ.
      text: "",
      headers: {
        Location: "/",
        "Set-Cookie": cookie,
        "Referrer-Policy": "no-referrer",
        "Content-Type": "text/plain; charset=utf-8",
      },
    };
  };
}

function looksAhead({ method, headers }: Pick<ApiRequest, "method" | "headers">): boolean {
  return method === "HEAD" || /\bprefetch\b/.test(headers.get("sec-purpose") ?? headers.get("purpose") ?? "");
}

function refusal(headers: Headers): ApiReply {
  if (wantsPage(headers)) return lockedPage();
  throw new HttpProblem(
    "LINK_SPENT",
    "Cannot open a session: the link was used, is older than a minute or is none of this server",
  );
}
