import { el, fill, keepList, setText } from "./dom.js";
import { countText, durationText, timeText, valueText } from "./format.js";
import { createBadge, updateBadge } from "./status.js";

/**
 * @import { StepView } from "../../lib/engine/view.ts"
 * @import { Lane, Span } from "./timeline.js"
 *
 * @typedef {{ id: string, step: StepView, lane: Lane, totalMs: number }} Row
 */

/** Lines that a page holds with ease. */
const maxRows = 500;

/**
 * Shows each step as a line with its times, which opens to what it was given and gave. Of very many the first ones that
 * have begun. Gives how many are left out.
 *
 * @param {Element} list
 * @param {Readonly<Record<string, StepView>>} steps
 * @param {ReadonlyMap<string, Lane>} lanes
 * @param {number} totalMs What the whole width stands for.
 */
export function updateSteps(list, steps, lanes, totalMs) {
  const all = Object.entries(steps).map(([id, step]) => ({ id, step, lane: lanes.get(id) ?? noLane, totalMs }));
  const rows = all.length > maxRows ? all.filter(({ step }) => step.status !== "pending").slice(0, maxRows) : all;
  keepList(list, rows, ({ id }) => id, createRow, updateRow);
  return all.length - rows.length;
}

/** @type {Lane} */
const noLane = { spans: [], notes: [] };

/** @param {Row} row */
function createRow({ id, step }) {
  const summary = el(
    "summary",
    {},
    createBadge(),
    el("strong", {}, id),
    el("span", { class: "quiet" }),
    el("div", { class: "track", "aria-hidden": "true" }),
  );
  const does = step.agent ?? (step.workflow === undefined ? "wait" : `workflow ${step.workflow}`);
  const about = el("p", { class: "quiet" }, [step.name, does].filter(Boolean).join(" · "));
  return el("li", {}, el("details", {}, summary, about, el("div", { class: "values" })));
}

/**
 * @param {HTMLElement} element
 * @param {Row} row
 */
function updateRow(element, { step, lane, totalMs }) {
  const [badge, , timing, track] = element.querySelector("summary")?.children ?? [];
  const values = element.querySelector(".values");
  if (badge === undefined || timing === undefined || track === undefined || values === null) return;
  updateBadge(badge, step.status);
  setText(timing, timingText(step));
  const bars = lane.spans.map((span, index) => ({ key: `${index}`, span }));
  keepList(
    track,
    bars,
    ({ key }) => key,
    createBar,
    (bar, { span }) => updateBar(bar, span, totalMs),
  );
  updateValues(values, step, lane);
}

/** @param {StepView} step */
function timingText({ attempts, durationMs, items, iteration, waitsFor, retry, skipped }) {
  return [
    durationMs !== undefined && durationText(durationMs),
    attempts > 1 && countText(attempts, "attempt"),
    items !== undefined && `${items.settled} of ${countText(items.total, "item")}`,
    iteration !== undefined && `run ${iteration}`,
    retry !== undefined && `attempt ${retry.attempt} is next`,
    waitsFor?.signal !== undefined && `for signal "${waitsFor.signal}"`,
    waitsFor?.until !== undefined && `until ${timeText(waitsFor.until)}`,
    skipped !== undefined && (skipped === "condition" ? "its condition is false" : "its fallback was not needed"),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {{ span: Span }} bar */
function createBar({ span: { kind, text } }) {
  return el("span", { class: `bar ${kind}`, title: text });
}

/**
 * Through the object model, which the page's policy allows: a style that stands in markup it does not.
 *
 * @param {HTMLElement} bar
 * @param {Span} span
 * @param {number} totalMs
 */
function updateBar(bar, { fromMs, toMs, state }, totalMs) {
  bar.setAttribute("data-state", state);
  bar.style.setProperty("left", `${(fromMs / totalMs) * 100}%`);
  bar.style.setProperty("width", `${((toMs - fromMs) / totalMs) * 100}%`);
}

/**
 * @param {Element} values
 * @param {StepView} step
 * @param {Lane} lane
 */
function updateValues(values, { output, error, reusedFrom, fallbackStepId }, { input, notes }) {
  const shown = [
    input !== undefined && { name: "Input", text: valueText(input) },
    output !== undefined && { name: "Output", text: valueText(output) },
    error !== undefined && { name: `Error ${error.code}`, text: error.message },
    fallbackStepId !== undefined && { name: "Recovered by", text: fallbackStepId },
    reusedFrom !== undefined && { name: "Taken over from", text: reusedFrom },
    notes.length > 0 && { name: "Attempts", text: notes.join("\n") },
  ].filter((value) => value !== false);
  keepList(
    values,
    shown,
    ({ name }) => name,
    ({ name }) => el("div", {}, el("h3", {}, name), el("pre", { tabindex: "0" })),
    (element, { text }) => setText(element.querySelector("pre") ?? element, text),
  );
  if (shown.length === 0) fill(values, el("p", { class: "quiet" }, "Nothing to show yet."));
}
