/** A measure from a value to a place. */
export interface Scale {
  (value: number): number;
  /** Round values to label, the outermost of which are the ends of the scale. */
  readonly ticks: readonly number[];
}

/** A scale over all the values, with about so many round steps between its ends. */
export function scaleOver(values: readonly number[], [from, to]: readonly [number, number], steps = 6): Scale {
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  const step = roundStep((highest - lowest || Math.abs(highest) || 1) / steps);
  const first = Math.floor(lowest / step);
  const last = Math.max(first + 1, Math.ceil(highest / step));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(6)));
  const place = (value: number): number => from + ((value / step - first) / (last - first)) * (to - from);
  return Object.assign(place, { ticks });
}

/** 1, 2, 2.5 or 5 times a power of ten, and no smaller than asked for. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 2.5, 5].find((one) => one * power >= least) ?? 10;
  return factor * power;
}
