import { ExpressionError } from "../errors.ts";

/** The most text that an expression or a string with expressions may make, in UTF-16 units. */
export const maxExpandedLength = 65_536;

/**
 * Builds text up to the limit. The language nests, as in `json(json(…))`, and each level may double the text, so the bound
 * is checked where text is made and not only where it ends up.
 */
export class Expansion {
  text = "";

  add(piece: string): void {
    this.text += piece;
    if (this.text.length <= maxExpandedLength) return;
    throw new ExpressionError(
      "EXPR_TOO_LARGE",
      `Cannot expand a text with expressions: it is longer than ${maxExpandedLength} characters`,
    );
  }
}
