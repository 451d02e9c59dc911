import type { JsonSchema, JsonValue } from "../../json.ts";

export const httpMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
export type HttpMethod = (typeof httpMethods)[number];

export const bodyFormats = ["auto", "json", "text", "bytes"] as const;
export type BodyFormat = (typeof bodyFormats)[number];

type Scalar = string | number | boolean;

/** What a step gives to `@orchestr8/http`. */
export interface HttpInput {
  readonly url: string;
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, Scalar | readonly Scalar[]>>;
  readonly body?: HttpBody;
  readonly expect?: readonly number[];
  readonly parse?: BodyFormat;
}

/** One of these. */
export interface HttpBody {
  readonly json?: JsonValue;
  readonly text?: string;
  /** As base64. */
  readonly bytes?: string;
  readonly form?: Readonly<Record<string, Scalar>>;
}

export interface HttpOutput {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly url: string;
  readonly redirects: readonly string[];
}

const scalar = { type: ["string", "number", "boolean"] } as const;

export const httpInput: JsonSchema = {
  type: "object",
  properties: {
    url: {
      type: "string",
      minLength: 1,
      description: "Where to send the request: http or https, without user and password",
    },
    method: {
      enum: httpMethods,
      default: "GET",
      description: "Methods other than GET, HEAD and OPTIONS send an Idempotency-Key",
    },
    headers: {
      type: "object",
      additionalProperties: { type: "string" },
      description: "Sent with the request, and to another origin only if they say what is wanted, as accept does",
    },
    query: {
      type: "object",
      additionalProperties: { anyOf: [scalar, { type: "array", items: scalar }] },
      description: "Added to the URL's own; an array gives its name several times",
    },
    body: {
      type: "object",
      properties: {
        json: { description: "Any JSON" },
        text: { type: "string", description: "Text, sent as UTF-8" },
        bytes: { type: "string", description: "Bytes, as base64" },
        form: { type: "object", additionalProperties: scalar, description: "Fields of a form, URL-encoded" },
      },
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      description: "What to send, in one of four forms",
    },
    expect: {
      type: "array",
      items: { type: "integer", minimum: 200, maximum: 599 },
      minItems: 1,
      description: "Statuses that are no failure, in place of 200 to 299. A redirect that is expected is not followed",
    },
    parse: {
      enum: bodyFormats,
      default: "auto",
      description: "How to read the body of the answer: auto goes by its content type; bytes gives base64",
    },
  },
  required: ["url"],
  additionalProperties: false,
};

export const httpOutput: JsonSchema = {
  type: "object",
  properties: {
    status: { type: "integer", description: "The answer's status" },
    headers: { type: "object", additionalProperties: { type: "string" }, description: "By their names in lower case" },
    body: { description: "JSON, text or base64, as asked for; null where there is none" },
    url: { type: "string", description: "Where the answer came from, after redirects" },
    redirects: { type: "array", items: { type: "string" }, description: "The URLs that redirected, the first first" },
  },
  required: ["status", "headers", "body", "url", "redirects"],
  additionalProperties: false,
};
