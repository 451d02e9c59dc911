import { stripVTControlCharacters } from "node:util";

const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/**
 * One line of text that cannot steer the terminal: no escape sequences, control characters or marks that change the
 * direction of reading. Agents and files are free to put any of them into names and messages.
 */
export function terminalText(text: string): string {
  return stripVTControlCharacters(text).replaceAll(invisible, " ").trim();
}

/** JSON over several lines whose strings show what would steer the terminal as escapes, so that it is the same JSON. */
export function terminalJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/[\u007F-\u009F\p{Cf}\u2028\u2029]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(""),
  );
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
