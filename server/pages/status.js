import { el, setText } from "./dom.js";

/** A mark of each status, so that none is told by colour alone. Those of executions and of steps. */
const marks = {
  queued: "○",
  pending: "○",
  ready: "○",
  running: "▶",
  mapping: "▶",
  repeating: "▶",
  retrying: "↻",
  recovering: "↻",
  waiting: "◔",
  cancelling: "■",
  completed: "✓",
  recovered: "✓",
  failed: "✗",
  skipped: "–",
  cancelled: "■",
};

/** @param {string} status */
export function markOf(status) {
  return Object.entries(marks).find(([name]) => name === status)?.[1] ?? "?";
}

/** Those of executions, as a list can be filtered by. */
export const executionStatuses = ["queued", "running", "waiting", "cancelling", "completed", "failed", "cancelled"];

/**
 * Whether nothing more will happen to an execution.
 *
 * @param {string} status
 */
export function isOver(status) {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/** An empty badge, to be updated. */
export function createBadge() {
  return el("span", { class: "badge" }, el("span", { class: "mark", "aria-hidden": "true" }), el("span"));
}

/**
 * @param {Element} badge
 * @param {string} status
 */
export function updateBadge(badge, status) {
  badge.setAttribute("data-status", status);
  const [mark, text] = badge.children;
  if (mark !== undefined) setText(mark, markOf(status));
  if (text !== undefined) setText(text, status);
}
