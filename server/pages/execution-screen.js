import { createActions } from "./actions.js";
import { ApiError, executionPath, get } from "./api.js";
import { el, fill, setText } from "./dom.js";
import { createHead } from "./execution-head.js";
import { countText, valueText } from "./format.js";
import { createJournal, updateJournal } from "./journal-list.js";
import { follow } from "./live.js";
import { createRefresher } from "./refresher.js";
import { isOver } from "./status.js";
import { loadGraph, updateGraph } from "./step-graph.js";
import { updateSteps } from "./step-list.js";
import { lanesOf } from "./timeline.js";

/**
 * @import { ExecutionView } from "../../lib/engine/view.ts"
 * @import { Frame, Screen } from "./dashboard.js"
 */

/** How often the times of what runs grow. */
const tickMs = 1_000;

/**
 * One execution: how it stands, what each step did and when, and its journal. The server folds the events; they only say
 * here when to ask it again.
 *
 * @param {Frame} frame
 * @param {string} id
 * @returns {Screen}
 */
export function showExecution({ main, onConnection }, id) {
  document.title = `${id} · orchestr8`;
  /** @type {ExecutionView | undefined} */
  let view;
  let readAt = 0;
  /** @type {Element | undefined} */
  let graph;
  const journal = createJournal(id);
  const loading = el("p", { class: "quiet", role: "status" }, "Loading …");
  const failure = el("p", { class: "failure", role: "alert" });
  const head = createHead(id);
  const actions = createActions(
    id,
    () => view,
    () => refresher.ask(),
  );
  const drawing = el("div", { class: "graph", role: "region", "aria-label": "Graph of the steps", tabindex: "0" });
  const steps = el("ol", { class: "steps" });
  const others = el("p", { class: "quiet" });
  const input = el("pre", { tabindex: "0" });
  const output = el("pre", { tabindex: "0" });
  const entries = el("ol", { class: "journal" });
  const more = el("button", { type: "button", hidden: true, onclick: () => showMore() }, "Show more");
  const content = el(
    "div",
    { hidden: true },
    section("Graph", drawing),
    section("Steps", steps, others),
    el("div", { class: "columns" }, section("Input", input), section("Output", output)),
    section("Journal", entries, more),
  );
  fill(
    main,
    el("p", {}, el("a", { href: "#/" }, "← All executions")),
    head.element,
    actions.element,
    loading,
    failure,
    content,
  );

  const showMore = () => {
    journal.showMore();
    refresher.ask();
  };
  const draw = (/** @type {ExecutionView} */ current) => {
    const nowMs = elapsedMs(current) + (isOver(current.status) ? 0 : performance.now() - readAt);
    head.update(current, nowMs);
    const hidden = updateSteps(steps, current.steps, lanesOf(journal.entries, nowMs), Math.max(nowMs, 1));
    setText(others, hidden === 0 ? "" : `and ${countText(hidden, "step")} more`);
  };
  const refresh = async (/** @type {AbortSignal} */ signal) => {
    /** @type {ExecutionView} */
    const current = await get(executionPath(id), signal);
    await journal.read(signal);
    view = current;
    readAt = performance.now();
    fill(failure);
    loading.hidden = true;
    content.hidden = false;
    actions.update(current);
    setText(input, valueText(current.input));
    setText(output, current.output === undefined ? "None." : valueText(current.output));
    updateJournal(entries, journal.entries);
    more.hidden = !journal.hasMore;
    draw(current);
    if (graph !== undefined) updateGraph(graph, current.steps);
    if (!isOver(current.status)) return;
    stream.stop();
    onConnection("ended");
  };
  const refresher = createRefresher(refresh, (error) => {
    loading.hidden = true;
    const status = error instanceof ApiError ? error.status : 0;
    // Neither gets better by asking again.
    if (status === 401 || status === 404) stop();
    if (status === 401) onConnection("locked");
    if (status === 404) onConnection("ended");
    fill(failure, error instanceof Error ? error.message : String(error));
  });
  const showGraph = async () => {
    try {
      graph = await loadGraph(id);
      if (view !== undefined) updateGraph(graph, view.steps);
      fill(drawing, graph);
    } catch (error) {
      fill(drawing, el("p", { class: "quiet" }, error instanceof Error ? error.message : String(error)));
    }
  };
  drawing.addEventListener("click", ({ target }) => openStep(steps, target));
  const stream = follow(`${executionPath(id)}/events`, { onEvent: () => refresher.ask(), onConnection });
  const ticking = setInterval(() => view !== undefined && !isOver(view.status) && draw(view), tickMs);
  const stop = () => {
    clearInterval(ticking);
    stream.stop();
    refresher.stop();
  };
  refresher.ask();
  void showGraph();
  return { stop };
}

/**
 * @param {string} title
 * @param {...Node} content
 */
function section(title, ...content) {
  return el("section", {}, el("h2", {}, title), ...content);
}

/**
 * How long ago an execution was created when it was shown, or how long it took.
 *
 * @param {ExecutionView} view
 */
function elapsedMs({ createdAt, startedAt, durationMs = 0 }) {
  return startedAt === undefined ? 0 : Date.parse(startedAt) - Date.parse(createdAt) + durationMs;
}

/**
 * Leads from a step in the graph to its line.
 *
 * @param {Element} steps
 * @param {EventTarget | null} target
 */
function openStep(steps, target) {
  const id = target instanceof Element ? target.closest("g[data-step]")?.getAttribute("data-step") : undefined;
  const line = [...steps.children].find((child) => child.getAttribute("data-key") === id);
  const details = line?.querySelector("details");
  if (details === null || details === undefined) return;
  details.open = true;
  details.querySelector("summary")?.focus();
}
