import { randomBytes, timingSafeEqual } from "node:crypto";

/** What the server options take: a token, `false` for none, or nothing for a new one. */
export type TokenOption = string | false | undefined;

/**
 * The token a server asks for: the given one, or 32 random bytes. Undefined when there shall be none.
 *
 * @throws {RangeError} when the given one is too short to be a secret, or cannot stand in a header.
 */
export function chooseToken(token: TokenOption): string | undefined {
  if (token === false) return undefined;
  if (token === undefined) return randomBytes(32).toString("base64url");
  if (/^[A-Za-z0-9._~+/-]{16,512}=*$/.test(token)) return token;
  throw new RangeError(
    "Cannot create server: token must be 16 to 512 letters, digits or . _ ~ + / - characters, or false for none",
  );
}

/** Whether an `Authorization` header is `Bearer <token>`. It takes equally long for every wrong token of the right length. */
export function createTokenCheck(token: string): (authorization: string) => boolean {
  const expected = Buffer.from(token);
  return (authorization) => {
    const [, given] = /^Bearer +([^\s,]+)$/i.exec(authorization) ?? [];
    return given !== undefined && isSame(Buffer.from(given), expected);
  };
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}
