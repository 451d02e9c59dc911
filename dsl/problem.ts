import type { DiagnosticCode } from "./diagnostics.ts";

/** Object keys and array indexes from the top of a document. */
export type Path = readonly (string | number)[];

/** A problem before it is known where in the text it stands. A checker makes these; only a bad file pays for positions. */
export interface Problem {
  readonly code: DiagnosticCode;
  readonly severity?: "warning";
  readonly message: string;
  readonly fix?: string | undefined;
  readonly place: Place;
}

export type Place =
  /** A value, the key in front of it, or `start` to `end` of the string it holds (in characters after unescaping). */
  | { readonly path: Path; readonly part?: "key"; readonly span?: Span }
  /** A stretch of the text itself. */
  | { readonly path: Path; readonly text: Span };

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Takes a problem; checking goes on, so that all of them are reported at once. */
export type Report = (problem: Problem) => void;

/** A name for a message: quoted, and clipped so that a hostile file cannot flood the terminal. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}

/** `"a", "b", "c" and 7 more`. */
export function quotedList(names: readonly string[]): string {
  const shown = names.slice(0, 10).map(quoted).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
