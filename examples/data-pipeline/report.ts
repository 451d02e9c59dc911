import type { Day, Summary } from "./summary.ts";

/** A Markdown report that stands beside `chart.svg`. */
export function reportOf({ days, correlation, missing }: Summary): string {
  const [first, last] = [days.at(0)?.date ?? "", days.at(-1)?.date ?? ""];
  return [
    `# Lindholm, ${first} to ${last}`,
    ...missing.map(({ source, why }) => `> **Without ${source}**: ${escaped(why)}`),
    "![Temperature, price and bicycles day by day](chart.svg)",
    ["## What stands out", "", ...findings(days, correlation).map((finding) => `- ${finding}`)].join("\n"),
    ["## Day by day", "", ...table(days)].join("\n"),
    "Made-up data, for an example of orchestr8.\n",
  ].join("\n\n");
}

function findings(days: readonly Day[], correlation: number | null): readonly string[] {
  const warmest = extreme(days, ({ temperature }) => temperature?.mean);
  const cheapest = extreme(days, ({ price }) => price && -price.mean);
  const busiest = extreme(days, ({ bicycles }) => bicycles?.total);
  return [
    ...(warmest?.temperature ? [`Warmest day: ${warmest.date}, ${warmest.temperature.mean.toFixed(1)} °C`] : []),
    ...(cheapest?.price ? [`Cheapest day: ${cheapest.date}, ${cheapest.price.mean.toFixed(1)} EUR/MWh`] : []),
    ...(busiest?.bicycles ? [`Busiest day: ${busiest.date}, ${busiest.bicycles.total} bicycles`] : []),
    ...(correlation === null ? [] : [`Temperature and bicycles go together with r = ${correlation.toFixed(2)}`]),
  ];
}

function table(days: readonly Day[]): readonly string[] {
  const rows = days.map(({ date, temperature, price, bicycles }) => [
    date,
    temperature?.mean.toFixed(1),
    price?.mean.toFixed(1),
    bicycles?.total.toFixed(0),
  ]);
  return [
    "| Day | Mean °C | Mean EUR/MWh | Bicycles |",
    "| --- | ---: | ---: | ---: |",
    ...rows.map((cells) => `| ${cells.map((cell) => cell ?? "–").join(" | ")} |`),
  ];
}

function extreme(days: readonly Day[], measure: (day: Day) => number | null | undefined): Day | undefined {
  const measured = days.filter((day) => measure(day) != null);
  return measured.toSorted((left, right) => (measure(right) ?? 0) - (measure(left) ?? 0))[0];
}

/** A reason may quote what stood in a file. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`).replaceAll("\n", " ");
}
