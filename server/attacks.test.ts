import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Attack, attacks, token } from "./fixtures/attacks.ts";
import { type BothRuntimes, startBoth } from "./fixtures/both-runtimes.ts";
import { rawRequest, type RawReply } from "./fixtures/raw-request.ts";
import { sessionAttacks } from "./fixtures/session-attacks.ts";
import { createClient } from "./client/client.ts";

/** Every header that the server sets. The others are the runtime's: `date`, `connection`, `keep-alive`. */
const ownHeaders = [
  "content-type",
  "content-length",
  "allow",
  "accept-post",
  "www-authenticate",
  "retry-after",
  "cache-control",
  "x-content-type-options",
  "x-correlation-id",
];

async function ask(port: number, { head, body }: Attack): Promise<RawReply> {
  const filled = head.replaceAll("PORT", String(port));
  return rawRequest(port, /CODE|SPENT|SESSION/.test(head) ? await withSecrets(port, filled) : filled, body);
}

/** Links and sessions are made for every attack, since most of them are used up by it. */
async function withSecrets(port: number, head: string): Promise<string> {
  const client = createClient({ url: `http://localhost:${port}`, token });
  const [fresh, spent] = [await client.createSessionLink(), await client.createSessionLink()];
  const opened = await fetch(spent.url, { redirect: "manual" });
  const [, session = ""] = /=([^;]+)/.exec(opened.headers.get("set-cookie") ?? "") ?? [];
  const codeIn = ({ url }: { readonly url: string }): string => new URL(url).searchParams.get("code") ?? "";
  return head.replaceAll("CODE", codeIn(fresh)).replaceAll("SPENT", codeIn(spent)).replaceAll("SESSION", session);
}

function codeOf({ body }: RawReply): string | undefined {
  return body.startsWith("{") ? JSON.parse(body).code : undefined;
}

function shown({ headers }: RawReply): readonly (string | null)[] {
  return ownHeaders.map((name) => headers.get(name));
}

describe("under attack, Bun and Node", () => {
  let both: BothRuntimes;

  beforeAll(async () => {
    // A body is as slow after a third of a second as after ten.
    both = await startBoth({ token, allowedHosts: ["o8.internal"], limits: { bodyTimeoutMs: 300 } });
  }, 60_000);

  afterAll(async () => void (await both.stop()));

  test.each(
    [...attacks, ...sessionAttacks].map((attack, index) => [index + 1, attack.name, attack.status, attack] as const),
  )("answer %d. %s alike: %d", async (_number, _name, status, attack) => {
    const [fromBun, fromNode] = await Promise.all([ask(both.bun.port, attack), ask(both.node.port, attack)]);
    const expected = { status, code: attack.code };
    expect({ status: fromBun.status, code: codeOf(fromBun) }).toEqual(expected);
    expect({ status: fromNode.status, code: codeOf(fromNode) }).toEqual(expected);
    // Without a code the runtime refused what never became a request, in its own words.
    if (status >= 400 && attack.code === undefined) return;
    expect(fromNode.body).toBe(fromBun.body);
    expect(shown(fromNode)).toEqual(shown(fromBun));
    for (const { headers } of [fromBun, fromNode]) {
      expect([...headers.keys()].filter((name) => name.startsWith("access-control-") || name === "server")).toEqual([]);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-correlation-id")).toBe("attack");
    }
  });
});
