import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { holdsSecret, SecretMask } from "./secret-mask.ts";

const secret = 'sk-"ünï/+ 42';
const mask = new SecretMask({ token: secret, inner: "ünï/+ 42" });
const bytes = new TextEncoder().encode(secret);
const base64 = (before: string): string => Buffer.from(before + secret + "tail").toString("base64");

describe("SecretMask", () => {
  test.each([
    ["as it is", secret],
    ["as JSON", JSON.stringify(secret)],
    ["percent-encoded", encodeURIComponent(secret)],
    ["in a form", new URLSearchParams({ q: secret }).toString()],
    ["in hex", Buffer.from(bytes).toString("hex")],
    ["in capital hex", Buffer.from(bytes).toString("hex").toUpperCase()],
    ["in base64", base64("")],
    ["in base64, one byte later", base64("x")],
    ["in base64, two bytes later", base64("xy")],
    ["in base64url", Buffer.from(`user:${secret}`).toString("base64url")],
  ])("hides a secret %s", (_name, text) => {
    const masked = mask.text(`<${text}>`);
    expect(masked).toContain("[secret:token]");
    expect(masked).not.toContain(secret);
  });

  test("hides what stands in keys and deep in values, and leaves the rest as it is", () => {
    const value = { [secret]: [{ a: `Bearer ${secret}` }], b: 1, c: null };
    expect(mask.json(value)).toEqual({ "[secret:token]": [{ a: "Bearer [secret:token]" }], b: 1, c: null });
    const clean = { a: ["b", { c: true }] };
    expect(mask.json(clean)).toBe(clean);
    expect(holdsSecret(mask, value)).toBe(true);
    expect(holdsSecret(mask, clean)).toBe(false);
  });

  test("never leaves a secret in a text, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 6 }), fc.string(), (before, value, after) => {
        const masked = new SecretMask({ s: value }).text(before + value + after);
        return masked.includes("[secret:s]");
      }),
      { numRuns: 2_000 },
    );
  });

  test("refuses a secret that is too short to be looked for", () => {
    expect(() => new SecretMask({ pin: "1234" })).toThrow('Cannot keep secret "pin"');
  });
});
