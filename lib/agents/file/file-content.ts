import { InvalidValueError, ValidationError } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import type { FileFormat } from "./file-schemas.ts";

/** The bytes of a file that is to hold `content`. @throws {ValidationError} when that does not fit its format. */
export function encodeContent(content: JsonValue, format: FileFormat): Uint8Array {
  if (format === "json") return utf8(`${JSON.stringify(content, undefined, 2)}\n`);
  if (typeof content !== "string") throw invalid(`must be a string in the format "${format}"`);
  if (format === "text") return utf8(content);
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(content) && content.length % 4 === 0) return Buffer.from(content, "base64");
  throw invalid("must be base64");
}

/** What a file holds. @throws {InvalidValueError} when its bytes are not in this format. */
export function decodeContent(bytes: Uint8Array, format: FileFormat, path: string): unknown {
  if (format === "bytes") return Buffer.from(bytes).toString("base64");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return format === "json" ? JSON.parse(text) : text;
  } catch {
    // The parser's message would show a part of the file.
    const wanted = format === "json" ? "JSON" : "text in UTF-8";
    throw new InvalidValueError("VALUE_NOT_JSON", `Cannot read file "${path}": it is not ${wanted}`);
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function invalid(message: string): ValidationError {
  return new ValidationError(`Cannot call agent "@orchestr8/file": its input at "/content" ${message}`, {
    issues: [{ pointer: "/content", message }],
  });
}
