import { createScanner, printParseErrorCode, visit } from "jsonc-parser";
import type { Path, Problem, Report, Span } from "./problem.ts";
import { quoted } from "./problem.ts";

/** Everything that keeps a text from being sound JSON, with the place of each. Slow: call it when something is wrong. */
export function findJsonProblems(
  text: string,
  maxDepth: number,
): { readonly problems: readonly Problem[]; readonly isTooDeep: boolean } {
  if (text.startsWith("\uFEFF")) {
    const message = "The text starts with a byte order mark, which JSON does not allow";
    return { problems: [problem("JSON_BOM", message, 0, 1, "save the file as UTF-8 without BOM")], isTooDeep: false };
  }
  const deep = tooDeepAt(text, maxDepth);
  if (deep !== undefined) {
    const message = `Objects and arrays are nested deeper than ${maxDepth} levels`;
    return { problems: [problem("JSON_TOO_DEEP", message, deep, 1)], isTooDeep: true };
  }
  const problems: Problem[] = [];
  findSyntaxProblems(text, (found) => problems.push(found));
  if (problems.length === 0) findValueProblems(text, (found) => problems.push(found));
  return { problems, isTooDeep: false };
}

/**
 * Where nesting first exceeds the limit. The parser recurses, so this must come before it and see the same tokens: only
 * an opening token starts with its bracket.
 */
function tooDeepAt(text: string, maxDepth: number): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const first = text[scanner.getTokenOffset()];
    if (first === "{" || first === "[") depth++;
    else if (first === "}" || first === "]") depth--;
    if (depth > maxDepth) return scanner.getTokenOffset();
  }
  return undefined;
}

type SyntaxErrorName = Exclude<ReturnType<typeof printParseErrorCode>, "<unknown ParseErrorCode>">;

const syntaxErrors: Record<SyntaxErrorName, readonly [message: string, fix?: string]> = {
  InvalidSymbol: ["This is not a JSON value", "strings and keys need double quotes"],
  InvalidNumberFormat: ["This is not a JSON number"],
  PropertyNameExpected: ["Here must be a key in double quotes", "quote the key or remove the comma before it"],
  ValueExpected: ["Here must be a value", "add the value or remove the comma before it"],
  ColonExpected: ["Here must be a colon between the key and its value", 'write "key": value'],
  CommaExpected: ["Here must be a comma", "add a comma after the value before"],
  CloseBraceExpected: ["An object is not closed", 'add "}"'],
  CloseBracketExpected: ["An array is not closed", 'add "]"'],
  EndOfFileExpected: ["There is more text after the end of the document", "remove it"],
  InvalidCommentToken: ["JSON has no comments", 'remove it, or say it in a "description"'],
  UnexpectedEndOfComment: ["JSON has no comments", 'remove it, or say it in a "description"'],
  UnexpectedEndOfString: ["A string is not closed on its line", "add the closing double quote"],
  UnexpectedEndOfNumber: ["A number ends too early", "add digits"],
  InvalidUnicode: ["An escape \\u needs four hexadecimal digits"],
  InvalidEscapeCharacter: ["This escape is not part of JSON", 'a backslash is written "\\\\"'],
  InvalidCharacter: ["A string holds a raw control character", "escape it, such as \\n or \\t"],
};

/** What the parser wants next. After a wrong token it wants several things in vain, and only the first is worth reading. */
const expectations: ReadonlySet<string> = new Set(["PropertyNameExpected", "ColonExpected", "ValueExpected"]);

function findSyntaxProblems(text: string, report: Report): void {
  let lastOffset = -1;
  let isLost = false;
  const found = (): void => {
    isLost = false;
  };
  visit(
    text,
    {
      onObjectProperty: found,
      onLiteralValue: found,
      onObjectBegin: found,
      onArrayBegin: found,
      onError(error, offset, length) {
        const name = printParseErrorCode(error);
        if (offset === lastOffset || (isLost && expectations.has(name))) return;
        lastOffset = offset;
        isLost = true;
        const [message, fix] = name === "<unknown ParseErrorCode>" ? notJson : syntaxErrors[name];
        report(problem("JSON_SYNTAX", message, offset, length, fix));
      },
    },
    { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false },
  );
}

const notJson: readonly [message: string, fix?: string] = ["This is not JSON"];

/** Keys and numbers that JSON allows and no two readers understand alike. */
function findValueProblems(text: string, report: Report): void {
  const seenKeys: Set<string>[] = [];
  visit(text, {
    onObjectBegin() {
      seenKeys.push(new Set());
    },
    onObjectEnd() {
      seenKeys.pop();
    },
    onObjectProperty(key, offset, length, _line, _character, pathSupplier) {
      const place = { path: [...pathSupplier(), key], text: { start: offset, end: offset + length } };
      const seen = seenKeys.at(-1);
      if (key === "__proto__") {
        report({ code: "JSON_FORBIDDEN_KEY", message: 'The key "__proto__" is not allowed', fix: "rename it", place });
      } else if (seen?.has(key) === true) {
        const message = `The key ${quoted(key)} is already in this object`;
        report({ code: "JSON_DUPLICATE_KEY", message, fix: "keep one of them", place });
      }
      seen?.add(key);
    },
    onLiteralValue(value: unknown, offset, length, _line, _character, pathSupplier) {
      if (typeof value !== "number" || isNumberInRange(value, text.slice(offset, offset + length))) return;
      report(numberProblem({ path: pathSupplier(), text: { start: offset, end: offset + length } }));
    },
  });
}

/**
 * Whether a number is what its text says. Integers lose digits beyond 2^53, and then the text differs from what the number
 * prints as; one with an exponent or a fraction is understood to be as exact as numbers are.
 */
export function isNumberInRange(value: number, text: string): boolean {
  return Number.isFinite(value) && (Number.isSafeInteger(value) || /[.eE]/.test(text) || String(value) === text);
}

function numberProblem(place: { readonly path: Path; readonly text: Span }): Problem {
  const message = "The number would lose digits: numbers have about 15 of them and go up to about 1.8e308";
  return { code: "JSON_NUMBER_RANGE", message, fix: "write it as a string", place };
}

function problem(code: Problem["code"], message: string, offset: number, length: number, fix?: string): Problem {
  return { code, message, fix, place: { path: [], text: { start: offset, end: offset + length } } };
}
