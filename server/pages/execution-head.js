import { el, fill, keepList, setText } from "./dom.js";
import { durationText, timeText } from "./format.js";
import { createBadge, updateBadge } from "./status.js";

/** @import { ExecutionView } from "../../lib/engine/view.ts" */

/**
 * The name of an execution, how it stands, and why.
 *
 * @param {string} id
 */
export function createHead(id) {
  const badge = createBadge();
  const name = el("h1", {}, `Execution ${id}`);
  const facts = el("dl", { class: "facts" });
  const why = el("div", {});
  return {
    element: el("div", { class: "head" }, el("div", { class: "title" }, name, badge), facts, why),
    /**
     * @param {ExecutionView} view
     * @param {number} nowMs Since it was created.
     */
    update(view, nowMs) {
      const { status, workflow, error, reason, progress } = view;
      setText(name, workflow.name);
      document.title = `${workflow.name} (${status}) · orchestr8`;
      updateBadge(badge, status);
      keepList(
        facts,
        factsOf(id, view, nowMs),
        ([term]) => term,
        ([term]) => el("div", {}, el("dt", {}, term), el("dd", {})),
        (element, [, text, href]) => updateFact(element.lastElementChild, text, href),
      );
      const texts = [
        error !== undefined && `${error.code}: ${error.message}`,
        reason !== undefined && `Cancelled: ${reason}`,
      ].filter((text) => text !== false);
      if (why.textContent !== texts.join("")) fill(why, ...texts.map((text) => el("pre", { class: "failure" }, text)));
      badge.title = `${progress.settled} of ${progress.total} steps are settled`;
    },
  };
}

/**
 * @param {string} id
 * @param {ExecutionView} view
 * @param {number} nowMs
 * @returns {readonly (readonly [term: string, text: string, href?: string])[]}
 */
function factsOf(id, { workflow, createdAt, progress, parentId, forkOf, correlationId }, nowMs) {
  return [
    ["Execution", id],
    ["Workflow", `${workflow.id} ${workflow.version}`],
    ["Created", timeText(createdAt)],
    ["Duration", durationText(nowMs)],
    ["Steps", `${progress.settled} of ${progress.total}`],
    ...(correlationId === id ? [] : [/** @type {const} */ (["Correlation", correlationId])]),
    ...(parentId === undefined ? [] : [/** @type {const} */ (["Step of", parentId, `#/executions/${parentId}`])]),
    ...(forkOf === undefined ? [] : [/** @type {const} */ (["Runs again", forkOf, `#/executions/${forkOf}`])]),
  ];
}

/**
 * @param {Element | null} element
 * @param {string} text
 * @param {string | undefined} href
 */
function updateFact(element, text, href) {
  if (element === null || element.textContent === text) return;
  fill(element, href === undefined ? text : el("a", { href }, text));
}
