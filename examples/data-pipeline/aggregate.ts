import type { Series } from "./series.ts";
import type { Day, PerDay, Summary } from "./summary.ts";

export interface AllSeries {
  readonly temperature: Series | null;
  readonly price: Series | null;
  readonly bicycles: Series | null;
}

/** Hours become days; a day has null for what was not measured on it. */
export function summarize({ temperature, price, bicycles }: AllSeries, missing: Summary["missing"]): Summary {
  const temperatures = byDay(temperature ?? []);
  const prices = byDay(price ?? []);
  const counts = byDay(bicycles ?? []);
  const dates = [...new Set([...temperatures.keys(), ...prices.keys(), ...counts.keys()])].toSorted();
  const days = dates.map((date) => ({
    date,
    temperature: temperatures.get(date) ?? null,
    price: prices.get(date) ?? null,
    bicycles: counts.get(date) ?? null,
  }));
  return { days, correlation: correlationOf(days), missing };
}

function byDay(series: Series): ReadonlyMap<string, PerDay> {
  const days = new Map<string, number[]>();
  for (const { time, value } of series) {
    const date = time.slice(0, "2026-09-07".length);
    const values = days.get(date);
    if (values === undefined) days.set(date, [value]);
    else values.push(value);
  }
  return new Map([...days].map(([date, values]) => [date, perDay(values)]));
}

function perDay(values: readonly number[]): PerDay {
  const total = values.reduce((sum, value) => sum + value, 0);
  return {
    mean: rounded(total / values.length, 2),
    lowest: Math.min(...values),
    highest: Math.max(...values),
    total: rounded(total, 2),
  };
}

function correlationOf(days: readonly Day[]): number | null {
  const pairs = days.flatMap(({ temperature, bicycles }) =>
    temperature === null || bicycles === null ? [] : [[temperature.mean, bicycles.total] as const],
  );
  const meanX = mean(pairs.map(([x]) => x));
  const meanY = mean(pairs.map(([, y]) => y));
  const sum = (of: (x: number, y: number) => number): number =>
    pairs.reduce((total, [x, y]) => total + of(x - meanX, y - meanY), 0);
  const spread = Math.sqrt(sum((x) => x * x) * sum((_x, y) => y * y));
  return spread === 0 ? null : rounded(sum((x, y) => x * y) / spread, 2);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
