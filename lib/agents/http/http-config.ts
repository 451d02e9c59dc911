import type { JsonSchema } from "../../json.ts";

/** What the operator says of `@orchestr8/http`. */
export interface HttpConfig {
  readonly allow: readonly string[];
  readonly maxResponseBytes: number;
  readonly maxRedirects: number;
  readonly ca?: string;
}

export const httpConfig: JsonSchema = {
  type: "object",
  properties: {
    allow: {
      type: "array",
      items: { type: "string", pattern: "^[^\\s/@?#]+(?:/[0-9]{1,3})?$" },
      default: [],
      description: "Host names, addresses and ranges such as 10.0.0.0/8 that may be called though they are not public",
    },
    maxResponseBytes: {
      type: "integer",
      minimum: 1,
      default: 10_485_760,
      description: "The longest body that is read, before and after decompression",
    },
    maxRedirects: { type: "integer", minimum: 0, maximum: 50, default: 10, description: "Redirects of one request" },
    ca: { type: "string", description: "Certificates to trust beside the runtime's own, as PEM" },
  },
  additionalProperties: false,
};
