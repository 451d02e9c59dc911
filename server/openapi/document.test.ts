import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { validatorFor } from "../../lib/agents/json-schema.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { createDocumentServer } from "../fixtures/document-server.ts";
import { examplesIn } from "../fixtures/http-example.ts";
import { routeTable } from "../route-table.ts";
import { openApiDocument } from "./document.ts";

const root = join(import.meta.dir, "..", "..");
const document = openApiDocument();

function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  return isJsonObject(value) ? at(value[key], ...rest) : undefined;
}

/** The schema that the document has for a reply; undefined where it has none. */
function schemaFor(method: string, pathname: string, status: number, type: string): JsonObject | undefined {
  const route = routeTable.find(
    ({ method: wanted, path }) =>
      wanted === method && new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`).test(pathname),
  );
  const path = route?.path.replaceAll(/:(\w+)/g, "{$1}") ?? "";
  const media = ["paths", path, method.toLowerCase(), "responses", String(status), "content", type, "schema"];
  const schema = at(document, ...media);
  return isJsonObject(schema) ? { ...schema, components: document["components"] ?? {} } : undefined;
}

describe("openApiDocument()", () => {
  test("is what is kept in server/openapi.json: `bun run openapi` writes it", () => {
    expect(JSON.parse(readFileSync(join(root, "server", "openapi.json"), "utf8"))).toEqual(document);
  });

  test("is OpenAPI without a fault, as Redocly sees it", () => {
    const lint = ["node", join(root, "node_modules/@redocly/cli/bin/cli.js"), "lint", "server/openapi.json"];
    // A link into the pages answers only with the way on.
    const skipped = "--skip-rule=operation-2xx-response";
    const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
    const { exitCode, stdout } = Bun.spawnSync([...lint, skipped, "--extends=recommended", "--format=json"], {
      cwd: root,
      env,
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout.toString())).toMatchObject({ totals: { errors: 0, warnings: 0 }, problems: [] });
  }, 30_000);

  test("says what every endpoint answers when all is well", () => {
    const operations = Object.values(document["paths"] ?? {}).flatMap((path: JsonObject) => Object.values(path));
    const silent = operations.filter((operation) =>
      Object.keys(at(operation, "responses") ?? {}).every((status) => Number(status) >= 400),
    );
    expect(silent).toEqual([]);
  });

  test("describes every endpoint once", () => {
    const described = Object.values(document["paths"] ?? {}).flatMap((path: JsonObject) => Object.values(path));
    const names = described.map((operation) => at(operation, "operationId"));
    expect(names).toHaveLength(routeTable.length);
    expect(new Set(names)).toEqual(new Set(routeTable.map(({ name }) => name)));
  });

  test("has a schema for every JSON reply of docs/http-api.md, which fits", async () => {
    const { server, settle } = createDocumentServer();
    const markdown = readFileSync(join(root, "docs", "http-api.md"), "utf8");
    let checked = 0;
    for (const { request, status } of examplesIn(markdown)) {
      const reply = await server.fetch(request);
      const type = reply.headers.get("content-type") ?? "";
      if (type === "text/event-stream") await reply.body?.cancel();
      await settle();
      if (!/[/+]json$/.test(type)) continue;
      const { pathname } = new URL(request.url);
      const schema = schemaFor(request.method, pathname, status, type);
      expect({ pathname, type, hasSchema: schema !== undefined }).toEqual({ pathname, type, hasSchema: true });
      expect({ pathname, issues: validatorFor(schema ?? false)(await reply.json()) }).toEqual({ pathname, issues: [] });
      checked++;
    }
    expect(checked).toBeGreaterThan(15);
  });
});
