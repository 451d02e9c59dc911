import type { JsonObject, JsonSchema } from "../../lib/json.ts";
import { version } from "../../lib/version.ts";
import { type ProblemCode, problemTable } from "../problem.ts";
import { type RouteShape, routeTable } from "../route-table.ts";
import { components } from "./components.ts";
import { type Operation, operations } from "./operations.ts";
import { ref } from "./schema.ts";

/** What the guard, the token and a bug can answer at every endpoint. */
const everywhere: readonly ProblemCode[] = ["BAD_REQUEST", "UNAUTHENTICATED", "HOST_NOT_ALLOWED", "INTERNAL"];
/** What a body can make an endpoint answer. */
const withBody: readonly ProblemCode[] = ["REQUEST_TIMEOUT", "BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "VALIDATION"];

/** The API in the words of OpenAPI 3.1. */
export function openApiDocument(): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routeTable) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    const described = describe(route, operations[route.name]);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: described };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "orchestr8",
      version,
      summary: "Run workflows and watch them",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "http://127.0.0.1:8088" }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "The token of the server" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "orchestr8-8088",
          description: "What a link from POST /session-links gives a browser; the name has the port of the server",
        },
      },
    },
  };
}

function describe(route: RouteShape, operation: Operation): JsonObject {
  const { summary, query = {}, headers = {}, body } = operation;
  const path = Object.fromEntries(
    [...route.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => [name, { type: "string" }]),
  );
  const parameters = [
    ...parametersIn("path", path, true),
    ...parametersIn("query", query, false),
    ...parametersIn("header", headers, false),
  ];
  return {
    operationId: route.name,
    summary,
    ...(route.isOpen === true && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: { ...repliesOf(operation), ...problemsOf(operation) },
  };
}

function parametersIn(
  place: "path" | "query" | "header",
  schemas: Readonly<Record<string, JsonSchema>>,
  required: boolean,
): readonly JsonObject[] {
  return Object.entries(schemas).map(([name, schema]) => ({ name, in: place, required, schema }));
}

function repliesOf({ replies, also = [] }: Operation): JsonObject {
  return Object.fromEntries(
    Object.entries(replies).map(([status, reply]): [string, JsonObject] => [
      status,
      replyOf(Number(status), reply, also),
    ]),
  );
}

function replyOf(status: number, reply: JsonSchema | string, also: readonly string[]): JsonObject {
  const description = statusTexts[status] ?? "Done";
  if (reply === "none") return { description };
  if (typeof reply === "string") return { description, content: { [reply]: { schema: { type: "string" } } } };
  const others = Object.fromEntries(also.map((type) => [type, { schema: { type: "string" } }]));
  return { description, content: { "application/json": { schema: reply }, ...others } };
}

const statusTexts: Readonly<Record<number, string>> = {
  200: "As it is",
  201: "Made",
  202: "Recorded, and on its way",
  204: "Nothing more will come",
  303: "Let in, and on to the dashboard",
  304: "Not changed",
};

/** Codes of one status are one response. */
function problemsOf({ body, problems = [] }: Operation): JsonObject {
  const codes = [...everywhere, ...(body === undefined ? [] : withBody), ...problems];
  const statuses = new Set(codes.map((code) => problemTable[code].status));
  return Object.fromEntries(
    [...statuses].map((status): [string, JsonObject] => {
      const those = codes.filter((code) => problemTable[code].status === status);
      const description = those.map((code) => `\`${code}\`: ${problemTable[code].title}`).join(". ");
      return [String(status), { description, content: { "application/problem+json": { schema: ref("Problem") } } }];
    }),
  );
}
