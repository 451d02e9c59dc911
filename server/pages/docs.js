import { get } from "./api.js";
import { byId, el, fill } from "./dom.js";
import { exampleOf } from "./schema-example.js";
import { schemaText } from "./schema-text.js";

/**
 * @import { Schema } from "./schema-text.js"
 *
 * @typedef {{ readonly schema: Schema }} Media
 *
 * @typedef {object} Operation
 * @property {string} operationId
 * @property {string} summary
 * @property {readonly object[]} [security]
 * @property {readonly { name: string, in: string, required: boolean, schema: Schema }[]} [parameters]
 * @property {{ content: Readonly<Record<string, Media>> }} [requestBody]
 * @property {Readonly<Record<string, { description: string, content?: Readonly<Record<string, Media>> }>>} responses
 *
 * @typedef {object} Description
 * @property {{ title: string, version: string, summary: string }} info
 * @property {Readonly<Record<string, Readonly<Record<string, Operation>>>>} paths
 * @property {{ schemas: Readonly<Record<string, Schema>> }} components
 *
 * @typedef {{ method: string, path: string, operation: Operation }} Endpoint
 */

const main = byId("main");

try {
  show(await get("/openapi.json"));
} catch (error) {
  fill(main, el("p", { class: "failure", role: "alert" }, error instanceof Error ? error.message : String(error)));
}

/** @param {Description} description */
function show({ info, paths, components: { schemas } }) {
  const endpoints = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  fill(
    main,
    el("h1", {}, `API of ${info.title} ${info.version}`),
    el("p", {}, `${info.summary}. For programs: `, el("a", { href: "/openapi.json" }, "openapi.json"), "."),
    indexOf(endpoints),
    ...endpoints.map((endpoint) => endpointSection(endpoint, schemas)),
    el("h1", {}, "Schemas"),
    ...Object.entries(schemas).map(([name, schema]) => schemaSection(name, schema)),
  );
  // What the address names is there only now.
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

/** @param {readonly Endpoint[]} endpoints */
function indexOf(endpoints) {
  const rows = endpoints.map(({ method, path, operation: { operationId, summary } }) =>
    el(
      "tr",
      {},
      el("td", {}, el("a", { href: `#${operationId}` }, el("code", {}, `${method} ${path}`))),
      el("td", {}, summary),
    ),
  );
  return el("table", { class: "index" }, el("tbody", {}, ...rows));
}

/**
 * @param {Endpoint} endpoint
 * @param {Readonly<Record<string, Schema>>} schemas
 */
function endpointSection(endpoint, schemas) {
  const { method, path, operation } = endpoint;
  const { operationId, summary, security, parameters = [], requestBody } = operation;
  const body = requestBody?.content["application/json"]?.schema;
  return el(
    "section",
    { id: operationId },
    el("h2", {}, el("code", {}, el("span", { class: "method" }, method), ` ${path}`)),
    el("p", {}, `${summary}.${security === undefined ? "" : " Takes no token."}`),
    parameters.length > 0 && parametersTable(parameters),
    body !== undefined && el("h3", {}, "Body"),
    body !== undefined && schemaBlock(body),
    el("h3", {}, "Try it"),
    el("pre", { tabindex: "0" }, curlLine(endpoint, body === undefined ? undefined : exampleOf(body, schemas))),
    el("h3", {}, "Replies"),
    repliesList(operation),
  );
}

/** @param {NonNullable<Operation["parameters"]>} parameters */
function parametersTable(parameters) {
  const rows = parameters.map(({ name, in: place, required, schema }) =>
    el(
      "tr",
      {},
      el("td", {}, el("code", {}, name)),
      el("td", {}, place),
      el("td", {}, ...schemaText(schema), required ? "" : ", optional"),
    ),
  );
  const head = ["Parameter", "In", "Is"].map((text) => el("th", { scope: "col" }, text));
  return el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows));
}

/** @param {Operation} operation */
function repliesList({ responses }) {
  const list = el("dl", { class: "replies" });
  for (const [status, { description, content = {} }] of Object.entries(responses)) {
    list.append(el("dt", {}, el("strong", {}, status), ` ${description.replaceAll("`", "")}`));
    for (const [type, { schema }] of Object.entries(content)) {
      // All of these are the same, and the description has their codes.
      if (type === "application/problem+json") continue;
      list.append(el("dd", {}, el("code", { class: "quiet" }, type), schemaBlock(schema)));
    }
  }
  return list;
}

/** @param {Schema} schema */
function schemaBlock(schema) {
  return el("pre", { tabindex: "0" }, ...schemaText(schema));
}

/**
 * @param {string} name
 * @param {Schema} schema
 */
function schemaSection(name, schema) {
  const { description } = schema;
  return el(
    "section",
    { id: `schema-${name}` },
    el("h2", {}, name),
    description !== undefined && el("p", {}, `${description}.`),
    schemaBlock(schema),
  );
}

/**
 * @param {Endpoint} endpoint
 * @param {unknown} body
 */
function curlLine({ method, path, operation: { security } }, body) {
  const lines = [
    `curl ${location.origin}${path}`,
    ...(security === undefined ? ['-H "Authorization: Bearer $ORCHESTR8_TOKEN"'] : []),
    ...(method === "POST" ? ['-H "Content-Type: application/json"', `-d '${JSON.stringify(body ?? {})}'`] : []),
  ];
  return lines.join(" \\\n  ");
}
