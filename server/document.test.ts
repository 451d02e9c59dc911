import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createDocumentServer } from "./fixtures/document-server.ts";
import { examplesIn } from "./fixtures/http-example.ts";
import { routeTable } from "./route-table.ts";

const document = readFileSync(join(import.meta.dir, "..", "docs", "http-api.md"), "utf8");
const examples = examplesIn(document);

/** What stands for something that differs each time. */
const anything = "…";

/** JSON in which `"…"` is equal to everything. */
function pattern(value: unknown): unknown {
  if (value === anything) return expect.anything();
  if (Array.isArray(value)) return value.map(pattern);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, pattern(member)]));
}

/** Text in which `…` stands for any other text. */
function textPattern(text: string): RegExp {
  const literal = text.split(anything).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${literal.join("[\\s\\S]*")}$`);
}

/** All of a body; of an event stream, which may go on, what it says at first. */
async function textOf(reply: Response): Promise<string> {
  if (reply.headers.get("content-type") !== "text/event-stream") return (await reply.text()).trim();
  const reader = reply.body?.getReader();
  const decoder = new TextDecoder();
  const chunks = [decoder.decode((await reader?.read())?.value), decoder.decode((await reader?.read())?.value)];
  await reader?.cancel();
  return chunks.join("").trim();
}

describe("docs/http-api.md", () => {
  test("shows every endpoint, and a request to it", () => {
    const missing = routeTable.filter(({ method, path }) => !document.includes(`### \`${method} ${path}\``));
    expect(missing).toEqual([]);
    const asked = examples.map(({ request }) => `${request.method} ${new URL(request.url).pathname}`);
    const unasked = routeTable.filter(({ method, path }) => {
      const matches = new RegExp(`^${method} ${path.replaceAll(/:\w+/g, "[^/]+")}$`);
      return !asked.some((line) => matches.test(line));
    });
    expect(unasked).toEqual([]);
  });

  test("shows the replies that a server gives, in the order of the page", async () => {
    const { server, settle } = createDocumentServer();
    expect(examples.length).toBeGreaterThan(20);
    for (const { request, status, headers, body } of examples) {
      const name = `${request.method} ${request.url}`;
      const reply = await server.fetch(request);
      const text = await textOf(reply);
      await settle();
      expect({ name, status: reply.status }).toEqual({ name, status });
      expect([...headers].map(([field]) => [field, reply.headers.get(field)])).toEqual([...headers]);
      if (/[/+]json$/.test(reply.headers.get("content-type") ?? "")) {
        expect({ name, body: JSON.parse(text) }).toEqual({ name, body: pattern(JSON.parse(body)) });
      } else {
        expect(text).toMatch(textPattern(body));
      }
    }
  });
});
