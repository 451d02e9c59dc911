import { executionPath, getText } from "./api.js";
import { markOf } from "./status.js";

/** @import { StepView } from "../../lib/engine/view.ts" */

const svg = "http://www.w3.org/2000/svg";

/** What a drawing is made of. Everything else is left out. */
const elements = new Set(["svg", "title", "desc", "defs", "marker", "g", "rect", "path", "text"]);
const attributes = new Set(
  (
    "viewBox width height role class data-step transform x y rx d id refX refY markerWidth markerHeight orient " +
    "marker-end"
  ).split(" "),
);

/**
 * Fetches the drawing of an execution's workflow.
 *
 * @param {string} executionId
 * @returns {Promise<Element>}
 */
export async function loadGraph(executionId) {
  const text = await getText(`${executionPath(executionId)}/graph?style=none`);
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  return copyOf(parsed.documentElement);
}

/**
 * Made anew of what is known to be harmless, so that whatever a name of a step may hold, none is an element.
 *
 * @param {Element} element
 * @returns {Element}
 */
function copyOf(element) {
  const copy = document.createElementNS(svg, element.localName);
  for (const { name, value } of element.attributes) if (attributes.has(name)) copy.setAttribute(name, value);
  for (const child of element.childNodes) {
    if (child instanceof Element && elements.has(child.localName)) copy.append(copyOf(child));
    else if (child.nodeType === Node.TEXT_NODE) copy.append(child.textContent ?? "");
  }
  return copy;
}

/**
 * Shows in a drawing how the steps stand.
 *
 * @param {Element} graph
 * @param {Readonly<Record<string, StepView>>} steps
 */
export function updateGraph(graph, steps) {
  for (const group of graph.querySelectorAll("g[data-step]")) {
    const status = steps[group.getAttribute("data-step") ?? ""]?.status ?? "pending";
    if (group.getAttribute("data-status") === status) continue;
    group.setAttribute("data-status", status);
    const mark = group.querySelector(".mark text") ?? createMark(group);
    mark.textContent = markOf(status);
  }
}

/**
 * A round one on the upper right corner, which hides no text.
 *
 * @param {Element} group
 */
function createMark(group) {
  const right = Number(group.querySelector("rect")?.getAttribute("width") ?? 0);
  const mark = shape("g", { class: "mark", transform: `translate(${right - 2} 2)` });
  const text = shape("text", { y: "4" });
  mark.append(shape("circle", { r: "9" }), text);
  group.append(mark);
  return text;
}

/**
 * @param {string} name
 * @param {Readonly<Record<string, string>>} values
 */
function shape(name, values) {
  const element = document.createElementNS(svg, name);
  for (const [attribute, value] of Object.entries(values)) element.setAttribute(attribute, value);
  return element;
}
