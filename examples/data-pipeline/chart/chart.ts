import type { Summary } from "../summary.ts";
import { type Frame, isWeekend, middleOf, panel, type PanelData } from "./panel.ts";
import { element, type Svg, text } from "./svg.ts";

const width = 920;
const panelHeight = 170;
const gap = 56;
const top = 92;
const left = 72;
const bottom = 62;

const style = `text{font:13px system-ui,sans-serif;fill:#1f2933}.head{font-size:19px;font-weight:600}
.title{font-weight:600}.small{font-size:12px;fill:#52606d}.grid{stroke:#e1e6eb}.axis{stroke:#9aa5b1}`;

/** Three panels over the same days, as three units on one scale could not be read. What is missing has no panel. */
export function chartOf({ days, missing }: Summary): string {
  const dates = days.map(({ date }) => date);
  const all: readonly PanelData[] = [
    { title: "Temperature, °C", look: "band", colour: "#c2410c", dates, days: days.map((day) => day.temperature) },
    { title: "Energy price, EUR/MWh", look: "band", colour: "#1d4ed8", dates, days: days.map((day) => day.price) },
    { title: "Bicycles per day", look: "bars", colour: "#047857", dates, days: days.map((day) => day.bicycles) },
  ];
  const panels = all.filter((data) => data.days.some((day) => day !== null));
  const height = top + panels.length * (panelHeight + gap) - gap + bottom;
  const frameOf = (index: number): Frame => ({
    left,
    top: top + index * (panelHeight + gap),
    width: width - left - 28,
    height: panelHeight,
  });
  const name = `Lindholm, ${dates.at(0) ?? ""} to ${dates.at(-1) ?? ""}`;
  const without = missing.length === 0 ? "" : ` (without ${missing.map(({ source }) => source).join(" and ")})`;
  const drawing = element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, role: "img" },
    element("title", {}, { markup: `${name}${without}` }),
    element("style", {}, { markup: style }),
    element("rect", { width, height, fill: "#fff" }),
    text(`${name}${without}`, { x: left, y: 38, class: "head" }),
    ...weekends(dates, frameOf(0), height - bottom - top),
    ...panels.map((data, index) => panel(data, frameOf(index))),
    ...dayAxis(dates, frameOf(0), height - bottom),
  );
  return `${drawing.markup}\n`;
}

function weekends(dates: readonly string[], frame: Frame, height: number): readonly Svg[] {
  const column = frame.width / dates.length;
  return dates.flatMap((date, index) => {
    if (!isWeekend(date)) return [];
    const x = frame.left + index * column;
    return [element("rect", { x, y: frame.top, width: column + 0.5, height, fill: "#f3f5f7" })];
  });
}

function dayAxis(dates: readonly string[], frame: Frame, y: number): readonly Svg[] {
  const names = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", timeZone: "UTC" });
  return [
    element("line", { x1: frame.left, x2: frame.left + frame.width, y1: y, y2: y, class: "axis" }),
    ...dates.map((date, index) =>
      text(names.format(new Date(`${date}T00:00Z`)), {
        x: middleOf(index, dates.length, frame),
        y: y + 20,
        class: "small",
        "text-anchor": "middle",
      }),
    ),
    text("Day, in UTC; weekends are shaded", { x: frame.left, y: y + 46, class: "small" }),
  ];
}
