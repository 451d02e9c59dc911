import { ApiError, get } from "./api.js";
import { el, fill, keepList, setText } from "./dom.js";
import { createFilter } from "./executions-filter.js";
import { countText, timeText } from "./format.js";
import { follow } from "./live.js";
import { createRefresher } from "./refresher.js";
import { createBadge, updateBadge } from "./status.js";

/**
 * @import { ListedExecution } from "../execution-summary.ts"
 * @import { Frame, Screen } from "./dashboard.js"
 */

const pageSize = 50;
/** What the server gives at once. */
const maxListed = 200;
/** Executions of other processes on the same journal are not in the stream of this one. */
const pollMs = 5_000;

/**
 * The executions that pass the filter, the newest first. The server chooses and orders them; events only say when to ask it
 * again.
 *
 * @param {Frame} frame
 * @param {URLSearchParams} query The filter to start with.
 * @returns {Screen}
 */
export function showExecutions({ main, onConnection }, query) {
  document.title = "Executions · orchestr8";
  let limit = pageSize;
  const filter = createFilter(query, () => {
    limit = pageSize;
    history.replaceState(null, "", `#/${filter.text() === "" ? "" : `?${filter.text()}`}`);
    refresher.ask();
  });
  const count = el("p", { class: "quiet", role: "status" }, "Loading …");
  const list = el("ol", { class: "executions" });
  const more = el("button", { type: "button", hidden: true, onclick: () => showMore() }, "Show more");
  fill(main, el("h1", {}, "Executions"), filter.element, count, list, more);

  const showMore = () => {
    limit = Math.min(limit + pageSize, maxListed);
    refresher.ask();
  };
  const refresh = async (/** @type {AbortSignal} */ signal) => {
    const text = filter.text();
    /** @type {{ executions: readonly ListedExecution[], nextCursor?: string }} */
    const { executions, nextCursor } = await get(`/executions?limit=${limit}${text === "" ? "" : `&${text}`}`, signal);
    keepList(list, executions, ({ executionId }) => executionId, createRow, updateRow);
    filter.know(executions.map(({ workflow }) => workflow.id));
    more.hidden = nextCursor === undefined || limit === maxListed;
    setText(count, summaryOf(executions.length, nextCursor !== undefined, text !== ""));
  };
  const refresher = createRefresher(refresh, (error) => {
    if (error instanceof ApiError && error.status === 401) {
      stop();
      onConnection("locked");
    }
    setText(count, error instanceof Error ? error.message : String(error));
  });
  const stream = follow("/events", { onEvent: () => refresher.ask(), onConnection });
  const poll = setInterval(() => document.hidden || refresher.ask(), pollMs);
  const stop = () => {
    clearInterval(poll);
    stream.stop();
    refresher.stop();
  };
  refresher.ask();
  return { stop };
}

/**
 * @param {number} length
 * @param {boolean} hasMore
 * @param {boolean} isFiltered
 */
function summaryOf(length, hasMore, isFiltered) {
  if (length === 0) return isFiltered ? "No execution passes the filter." : "Nothing has been run yet.";
  return hasMore ? `The newest ${length} executions` : countText(length, "execution");
}

/** @param {ListedExecution} execution */
function createRow({ executionId, createdAt }) {
  const link = el("a", { href: `#/executions/${executionId}` });
  link.append(
    createBadge(),
    el("strong", {}),
    el("code", {}, executionId),
    el("time", { datetime: createdAt }, timeText(createdAt)),
    el("span", { class: "note" }),
  );
  return el("li", {}, link);
}

/**
 * @param {HTMLElement} row
 * @param {ListedExecution} execution
 */
function updateRow(row, execution) {
  const [badge, name, , , note] = row.firstElementChild?.children ?? [];
  if (badge === undefined || name === undefined || note === undefined) return;
  updateBadge(badge, execution.status);
  setText(name, execution.workflow.name);
  setText(note, noteOf(execution));
}

/** @param {ListedExecution} execution */
function noteOf({ status, isOwned, wakeAt }) {
  if (wakeAt !== undefined && status === "waiting") return `until ${timeText(wakeAt)}`;
  const isUnfinished = status === "queued" || status === "running" || status === "waiting" || status === "cancelling";
  return isUnfinished && !isOwned ? "no process runs it" : "";
}
