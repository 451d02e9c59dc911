import { InvalidValueError } from "../../errors.ts";
import type { BodyFormat } from "./http-input.ts";

/**
 * A body as data: JSON, text, or base64 of bytes. `auto` goes by the content type: JSON for JSON, text for what is text,
 * bytes for the rest. An empty body is null, but for text and bytes that were asked for.
 *
 * @throws {InvalidValueError} when it is not what it was to be. `name` says what was asked, for messages.
 */
export function parseBody(
  bytes: Uint8Array,
  contentType: string | undefined,
  format: BodyFormat,
  name: string,
): unknown {
  const actual = format === "auto" ? formatOf(contentType ?? "") : format;
  if (bytes.byteLength === 0 && (format === "auto" || format === "json")) return null;
  if (actual === "bytes") return Buffer.from(bytes).toString("base64");
  const text = decode(bytes, contentType ?? "", name);
  if (actual === "text") return text;
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would show a part of the body.
    throw new InvalidValueError("VALUE_NOT_JSON", `Cannot ${name}: its answer is not JSON`);
  }
}

function formatOf(contentType: string): Exclude<BodyFormat, "auto"> {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json" || type.endsWith("+json")) return "json";
  const isText = type.startsWith("text/") || type.endsWith("+xml") || /charset=/i.test(contentType);
  return isText || /^application\/(?:xml|javascript|x-www-form-urlencoded|x-ndjson|yaml)$/.test(type)
    ? "text"
    : "bytes";
}

function decode(bytes: Uint8Array, contentType: string, name: string): string {
  const [, charset = "utf-8"] = /charset="?([^\s;"]+)/i.exec(contentType) ?? [];
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a charset that is none throws
    return new TextDecoder(charset as "utf-8").decode(bytes);
  } catch (cause) {
    throw new InvalidValueError("VALUE_NOT_JSON", `Cannot ${name}: the charset of its answer is not known`, { cause });
  }
}
