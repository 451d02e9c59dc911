import type { JsonSchema, JsonValue } from "../../json.ts";

export const fileFormats = ["text", "json", "bytes"] as const;
export type FileFormat = (typeof fileFormats)[number];

/** What a step gives to `@orchestr8/file`: `read`, or `write` with `content`. */
export interface FileInput {
  readonly read?: string;
  readonly write?: string;
  readonly content?: JsonValue;
  readonly format?: FileFormat;
}

export interface FileOutput {
  readonly path: string;
  readonly size: number;
  readonly content: unknown;
}

/** What the operator says of `@orchestr8/file`. */
export interface FileConfig {
  readonly root: string;
  readonly write: boolean;
  readonly hidden: boolean;
  readonly maxBytes: number;
  readonly mode: string;
}

const path = { type: "string", minLength: 1, maxLength: 4_096 } as const;

export const fileInput: JsonSchema = {
  type: "object",
  properties: {
    read: { ...path, description: "The file to read, below the folder that the operator names, such as data/in.json" },
    write: { ...path, description: "The file to write, whole, with the folders that lead to it" },
    content: { description: "What to write: text, any JSON, or base64 of bytes" },
    format: { enum: fileFormats, default: "text", description: "What the file holds" },
  },
  oneOf: [{ required: ["read"] }, { required: ["write", "content"] }],
  dependentRequired: { content: ["write"] },
  additionalProperties: false,
};

export const fileOutput: JsonSchema = {
  type: "object",
  properties: {
    path: { type: "string", description: "As the step named it" },
    size: { type: "integer", description: "Bytes of the file" },
    content: { description: "What was read, in its format; null after writing" },
  },
  required: ["path", "size", "content"],
  additionalProperties: false,
};

export const fileConfig: JsonSchema = {
  type: "object",
  properties: {
    root: { type: "string", minLength: 1, description: "The folder outside of which nothing is read or written" },
    write: { type: "boolean", default: false, description: "Whether files may be written" },
    hidden: { type: "boolean", default: false, description: "Whether names that begin with a dot may be used" },
    maxBytes: { type: "integer", minimum: 1, default: 10_485_760, description: "The largest file" },
    mode: { type: "string", pattern: "^0?[0-7]{3}$", default: "0644", description: "The permissions of a new file" },
  },
  required: ["root"],
  additionalProperties: false,
};
