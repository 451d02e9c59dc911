import type { PerDay } from "../summary.ts";
import { scaleOver, type Scale } from "./scale.ts";
import { element, points, type Svg, text } from "./svg.ts";

/** What one panel shows of each day, null where there is nothing to show. */
export interface PanelData {
  readonly title: string;
  readonly dates: readonly string[];
  readonly days: readonly (PerDay | null)[];
  readonly look: "band" | "bars";
  readonly colour: string;
}

/** Where a panel is, in pixels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One measure over the days: its title and legend, a scale with lines, and the days. */
export function panel(data: PanelData, frame: Frame): Svg {
  const shown = data.days.filter((day) => day !== null);
  const values = data.look === "bars" ? [0, ...shown.map(totalOf)] : shown.flatMap(rangeOf);
  const scale = scaleOver(values, [frame.top + frame.height, frame.top]);
  const marks = data.look === "bars" ? bars(data, frame, scale) : band(data, frame, scale);
  return element("g", {}, heading(data, frame), ...lines(scale, frame), ...marks);
}

/** The middle of a day's column. */
export function middleOf(index: number, count: number, { left, width }: Frame): number {
  return left + ((index + 0.5) * width) / count;
}

export function isWeekend(date: string): boolean {
  return [0, 6].includes(new Date(`${date}T00:00Z`).getUTCDay());
}

function heading({ title, look, colour }: PanelData, { left, top, width }: Frame): Svg {
  const y = top - 14;
  const key = (right: number, label: string, fill: string, opacity: number, height: number): readonly Svg[] => [
    element("rect", { x: right, y: y - 4 - height / 2, width: 16, height, fill, "fill-opacity": opacity }),
    text(label, { x: right + 22, y, class: "small" }),
  ];
  const end = left + width;
  const legend =
    look === "bars"
      ? [...key(end - 172, "workday", colour, 1, 10), ...key(end - 84, "weekend", colour, 0.5, 10)]
      : [...key(end - 232, "mean", colour, 1, 3), ...key(end - 160, "lowest to highest hour", colour, 0.2, 10)];
  return element("g", {}, text(title, { x: left, y, class: "title" }), ...legend);
}

function lines(scale: Scale, { left, width }: Frame): readonly Svg[] {
  return scale.ticks.flatMap((tick) => [
    element("line", { x1: left, x2: left + width, y1: scale(tick), y2: scale(tick), class: "grid" }),
    text(tick.toLocaleString("en-US"), { x: left - 8, y: scale(tick) + 4, class: "small", "text-anchor": "end" }),
  ]);
}

function bars({ days, dates, colour }: PanelData, frame: Frame, scale: Scale): readonly Svg[] {
  const width = (frame.width / days.length) * 0.62;
  return days.flatMap((day, index) => {
    if (day === null) return [];
    const x = middleOf(index, days.length, frame) - width / 2;
    const [y, base] = [scale(day.total), scale(0)];
    const opacity = isWeekend(dates[index] ?? "") ? 0.5 : 1;
    return [element("rect", { x, y, width, height: base - y, fill: colour, "fill-opacity": opacity })];
  });
}

/** A line through the means, in a band from the lowest to the highest hour. A day without a value parts them. */
function band({ days, colour }: PanelData, frame: Frame, scale: Scale): readonly Svg[] {
  return runsOf(days).map((run) => {
    const place = (value: (day: PerDay) => number): readonly (readonly [number, number])[] =>
      run.map(({ day, index }) => [middleOf(index, days.length, frame), scale(value(day))]);
    const outline = [...place(({ highest }) => highest), ...place(({ lowest }) => lowest).toReversed()];
    const means = place(({ mean }) => mean);
    return element(
      "g",
      {},
      element("polygon", { points: points(outline), fill: colour, "fill-opacity": 0.2 }),
      element("polyline", { points: points(means), fill: "none", stroke: colour, "stroke-width": 2 }),
      ...means.map(([cx, cy]) => element("circle", { cx, cy, r: 3, fill: colour })),
    );
  });
}

interface Placed {
  readonly day: PerDay;
  readonly index: number;
}

function runsOf(days: readonly (PerDay | null)[]): readonly (readonly Placed[])[] {
  const runs: Placed[][] = [[]];
  for (const [index, day] of days.entries()) {
    if (day === null) runs.push([]);
    else runs.at(-1)?.push({ day, index });
  }
  return runs.filter((run) => run.length > 0);
}

function totalOf({ total }: PerDay): number {
  return total;
}

function rangeOf({ lowest, highest }: PerDay): readonly number[] {
  return [lowest, highest];
}
