import { requireNumber } from "./require-number.ts";

/** Opens a circuit after this many failures in a row. */
export interface ConsecutiveWindow {
  readonly kind: "consecutive";
  readonly failures: number;
}

/** What a closed circuit looks at to decide whether to open. */
export type Window = ConsecutiveWindow;

/** Opens after `failures` failures without a success between them. Ignored outcomes do not interrupt the row. */
export function consecutive(failures: number): Window {
  requireNumber("window", "failures", failures, { min: 1, integer: true });
  return Object.freeze({ kind: "consecutive", failures });
}
