import type { Access } from "../access.ts";
import { readAsset, readPage } from "../page-files.ts";
import { HttpProblem } from "../problem.ts";
import type { ApiReply, Handler } from "../route.ts";

/** Nothing but this server's own files, in no frame, and no script or style in the page itself. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": pagePolicy,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
};

/** A page for whoever may use the server. Other browsers are shown how to get in. */
export function showPage(name: string, access: Access): Handler {
  return (request) => {
    const refusal = access(request);
    if (refusal === undefined) return { status: 200, text: readPage(name), headers: pageHeaders };
    if (wantsPage(request.headers)) return lockedPage();
    throw refusal;
  };
}

/** Says how to get in, to people. */
export function lockedPage(): ApiReply {
  const headers = { ...pageHeaders, "WWW-Authenticate": 'Bearer realm="orchestr8"' };
  return { status: 401, text: readPage("locked.html"), headers };
}

/** Whether a browser asks for something to show, and not a program. */
export function wantsPage(headers: Headers): boolean {
  return /\btext\/html\b/.test(headers.get("accept") ?? "");
}

/** The scripts, styles and pictures of the pages, which tell nothing that the package does not. */
export function showAsset(): Handler {
  return ({ params }) => {
    const name = params["name"] ?? "";
    const asset = readAsset(name);
    if (asset === undefined) throw new HttpProblem("NOT_FOUND", "Cannot find the file: no page has one of this name");
    const headers = { "Content-Type": asset.type, "Cross-Origin-Resource-Policy": "same-origin" };
    return { status: 200, text: asset.text, headers };
  };
}
