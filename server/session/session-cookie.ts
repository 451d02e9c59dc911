/**
 * Browsers send the cookies of a host to every port of it, so the name has the port: servers side by side would otherwise
 * overwrite each other's.
 */
export function cookieName(headers: Headers): string {
  const [, port = "80"] = /:(\d{1,5})$/.exec(headers.get("host") ?? "") ?? [];
  return `orchestr8-${port}`;
}

/** A cookie that goes with the browser, that no script can read, and that no page of another site makes it send. */
export function sessionCookie(headers: Headers, session: string): string {
  return `${cookieName(headers)}=${session}; Path=/; HttpOnly; SameSite=Strict`;
}

/** All that came under the name: whoever shares the host can set one more, which must not hide the good one. */
export function sessionsIn(headers: Headers): readonly string[] {
  const start = `${cookieName(headers)}=`;
  const pairs = (headers.get("cookie") ?? "").split(";", maxCookies).map((pair) => pair.trim());
  return pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length));
}

/** Further ones are not looked at. */
const maxCookies = 64;
