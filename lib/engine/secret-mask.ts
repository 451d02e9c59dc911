import { isArray, isJsonObject, type JsonValue } from "../json.ts";

/** Values by name that must not be seen. */
export type Secrets = Readonly<Record<string, string>>;

/** Shorter values would be found where they are not meant. */
const minLength = 6;

/**
 * Puts `[secret:name]` wherever the value of a secret stands: as it is, as JSON, percent-encoded, in hex, or in base64 and
 * base64url at any offset. What was encoded otherwise, split or changed is not found.
 */
export class SecretMask {
  readonly #values = new Set<string>();
  readonly #names = new Map<string, string>();
  #pattern: RegExp | undefined;

  /** @throws {RangeError} for a value of less than 6 characters. */
  constructor(secrets: Secrets = {}) {
    for (const [name, value] of Object.entries(secrets)) this.add(name, value);
  }

  /**
   * Hides one more value from now on. A value that the name had before stays hidden.
   *
   * @throws {RangeError} for a value of less than 6 characters.
   */
  add(name: string, value: string): void {
    if (value.length < minLength) {
      throw new RangeError(`Cannot keep secret "${name}": its value must have at least ${minLength} characters`);
    }
    if (this.#values.has(value)) return;
    this.#values.add(value);
    for (const form of formsOf(value)) if (!this.#names.has(form)) this.#names.set(form, name);
    // The longest form first, so that of a secret within another one the outer one is found.
    const forms = [...this.#names.keys()].toSorted((one, other) => other.length - one.length);
    this.#pattern = new RegExp(forms.map(escaped).join("|"), "g");
  }

  /** Whether there is nothing to hide. */
  get isEmpty(): boolean {
    return this.#pattern === undefined;
  }

  text(text: string): string {
    if (this.#pattern === undefined) return text;
    return text.replace(this.#pattern, (found) => secretMark(this.#names.get(found) ?? ""));
  }

  /** The same value where it holds no secret; keys of objects included. */
  json(value: JsonValue): JsonValue {
    if (this.#pattern === undefined) return value;
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    return isArray(value) ? this.#array(value) : this.#object(value);
  }

  #array(items: readonly JsonValue[]): JsonValue {
    const masked = items.map((item) => this.json(item));
    return masked.some((item, index) => item !== items[index]) ? Object.freeze(masked) : items;
  }

  #object(value: { readonly [key: string]: JsonValue }): JsonValue {
    let hasChanged = false;
    const masked: Record<string, JsonValue> = {};
    for (const [key, child] of Object.entries(value)) {
      const maskedKey = this.text(key);
      const maskedChild = this.json(child);
      hasChanged ||= maskedKey !== key || maskedChild !== child;
      masked[maskedKey] = maskedChild;
    }
    return hasChanged ? Object.freeze(masked) : value;
  }
}

/** What stands in place of a secret wherever it is shown or kept. */
export function secretMark(name: string): string {
  return `[secret:${name}]`;
}

/** Whether a document holds a secret anywhere. */
export function holdsSecret(mask: SecretMask, document: unknown): boolean {
  if (mask.isEmpty) return false;
  if (typeof document === "string") return mask.text(document) !== document;
  if (Array.isArray(document)) return document.some((item) => holdsSecret(mask, item));
  if (!isJsonObject(document)) return false;
  return Object.entries(document).some(([key, child]) => holdsSecret(mask, key) || holdsSecret(mask, child));
}

function formsOf(value: string): readonly string[] {
  const bytes = new TextEncoder().encode(value);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const percent = encodeURIComponent(value);
  const base64 = [0, 1, 2].map((offset) => base64Core(bytes, offset));
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    percent,
    percent.replaceAll("%20", "+"),
    percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** The part of a base64 text that the bytes alone decide, when `offset` bytes (mod 3) stand before them. */
function base64Core(bytes: Uint8Array, offset: number): string {
  const padded = new Uint8Array(offset + bytes.length);
  padded.set(bytes, offset);
  const text = btoa(String.fromCharCode(...padded));
  // A character holds six bits: those that share some with a neighbour are not decided.
  const start = Math.ceil((offset * 8) / 6);
  const end = Math.floor((padded.length * 8) / 6);
  return text.slice(start, end);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
