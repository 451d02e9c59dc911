/** One word of the expression language. Offsets count characters of the whole string the expression stands in. */
export interface Token {
  readonly kind: "name" | "number" | "string" | "symbol" | "end" | "invalid";
  /** A name or symbol as written, a string's content, a number's text, or what is wrong with an invalid token. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const longSymbols: ReadonlySet<string> = new Set(["||", "&&", "==", "!=", "<=", ">=", "??"]);
const shortSymbols: ReadonlySet<string> = new Set("<>!()[]{},.:");

/** Reads the token at or after `offset`. Each character is looked at a bounded number of times. */
export function readToken(source: string, offset: number, limit: number): Token {
  let start = offset;
  while (start < limit && isSpace(source.charCodeAt(start))) start++;
  if (start >= limit) return { kind: "end", text: "", start: limit, end: limit };
  const code = source.charCodeAt(start);
  if (isNameStart(code)) return readName(source, start, limit);
  if (isDigit(code) || code === minus) return readNumber(source, start, limit);
  if (code === doubleQuote || code === singleQuote) return readString(source, start, limit);
  return readSymbol(source, start, limit);
}

function readSymbol(source: string, start: number, limit: number): Token {
  const long = source.slice(start, Math.min(start + 2, limit));
  if (longSymbols.has(long)) return { kind: "symbol", text: long, start, end: start + 2 };
  const short = source.charAt(start);
  if (shortSymbols.has(short)) return { kind: "symbol", text: short, start, end: start + 1 };
  return invalid("This character is not part of the expression language", start, start + 1);
}

function readName(source: string, start: number, limit: number): Token {
  let end = start + 1;
  while (end < limit && isNamePart(source.charCodeAt(end))) end++;
  return { kind: "name", text: source.slice(start, end), start, end };
}

/** A JSON number: no leading zeros, no bare dot. A name may not follow at once, so that `3x` is one mistake, not two words. */
function readNumber(source: string, start: number, limit: number): Token {
  let end = source.charCodeAt(start) === minus ? start + 1 : start;
  const digits = (): boolean => {
    const first = end;
    while (end < limit && isDigit(source.charCodeAt(end))) end++;
    return end > first;
  };
  const integer = end;
  let isNumber = digits() && (source.charCodeAt(integer) !== zero || end === integer + 1);
  if (end < limit && source[end] === ".") {
    end++;
    isNumber = digits() && isNumber;
  }
  if (end < limit && (source[end] === "e" || source[end] === "E")) {
    end++;
    if (end < limit && (source[end] === "+" || source[end] === "-")) end++;
    isNumber = digits() && isNumber;
  }
  while (end < limit && isNamePart(source.charCodeAt(end))) {
    end++;
    isNumber = false;
  }
  if (!isNumber) return invalid("This is not a JSON number; there is no arithmetic", start, end);
  return { kind: "number", text: source.slice(start, end), start, end };
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** A string in double or single quotes with JSON's escapes, and `\'`. */
function readString(source: string, start: number, limit: number): Token {
  const quote = source[start];
  let text = "";
  let offset = start + 1;
  for (let plain = offset; offset < limit;) {
    const character = source[offset];
    if (character === quote)
      return { kind: "string", text: text + source.slice(plain, offset), start, end: offset + 1 };
    if (character !== "\\") {
      offset++;
      continue;
    }
    const escape = readEscape(source, offset, limit);
    if (escape === undefined)
      return invalid("This escape is not part of JSON strings", offset, Math.min(offset + 2, limit));
    text += source.slice(plain, offset) + escape.text;
    offset = escape.end;
    plain = offset;
  }
  return invalid("A string is not closed", start, limit);
}

function readEscape(source: string, offset: number, limit: number): { text: string; end: number } | undefined {
  const letter = source[offset + 1] ?? "";
  if (offset + 1 >= limit) return undefined;
  if (letter !== "u") {
    const text = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    return text === undefined ? undefined : { text, end: offset + 2 };
  }
  let unit = 0;
  for (let index = offset + 2; index < offset + 6; index++) {
    const digit = index < limit ? hexDigit(source.charCodeAt(index)) : undefined;
    if (digit === undefined) return undefined;
    unit = unit * 16 + digit;
  }
  return { text: String.fromCharCode(unit), end: offset + 6 };
}

function invalid(message: string, start: number, end: number): Token {
  return { kind: "invalid", text: message, start, end };
}

export const closingBrace = 0x7d;
const minus = 0x2d;
const zero = 0x30;
const doubleQuote = 0x22;
const singleQuote = 0x27;

export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function hexDigit(code: number): number | undefined {
  if (isDigit(code)) return code - zero;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined;
}

export function isNameStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}

export function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code) || code === minus;
}
