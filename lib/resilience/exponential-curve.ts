import type { Random } from "../clock.ts";

/** How a drawn delay lies around its nominal one: nominal · (from + width · random). */
export interface Spread {
  readonly from: number;
  readonly width: number;
}

/** Nominal delays `base · factor^(attempt - 1)` up to one at which the longest drawn delay is `maxDelay`. */
export function exponentialCurve(base: number, factor: number, maxDelay: number, { from, width }: Spread) {
  const cap = maxDelay / (from + width);
  return ({ attempt }: { readonly attempt: number }, random: Random): number => {
    // An infinite power times a base of 0 would be NaN.
    const growth = Math.min(factor ** (attempt - 1), Number.MAX_VALUE);
    const nominal = Math.min(base * growth, cap);
    return Math.floor(nominal * (width === 0 ? from : from + width * random()));
  };
}
