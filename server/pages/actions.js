import { executionPath, post } from "./api.js";
import { confirmAction, field } from "./dialog.js";
import { el } from "./dom.js";
import { isOver } from "./status.js";

/** @import { ExecutionView } from "../../lib/engine/view.ts" */

/**
 * What can be done about an execution: each asks before it does it.
 *
 * @param {string} executionId
 * @param {() => ExecutionView | undefined} current How it stands when a button is pressed.
 * @param {() => void} onDone
 */
export function createActions(executionId, current, onDone) {
  const path = executionPath(executionId);
  const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
    el("button", { type: "button", onclick }, text);
  const cancel = button("Cancel …", () => askToCancel(path, onDone));
  const signal = button("Send a signal …", () => askToSignal(path, current(), onDone));
  const rerun = button("Run again …", () => askToRerun(path, current()));
  return {
    element: el("div", { class: "buttons" }, signal, rerun, cancel),
    /** @param {ExecutionView} view */
    update({ status }) {
      cancel.disabled = isOver(status) || status === "cancelling";
      signal.disabled = isOver(status);
    },
  };
}

/**
 * @param {string} path
 * @param {() => void} onDone
 */
function askToCancel(path, onDone) {
  const reason = el("input", { maxlength: 500, placeholder: "optional" });
  confirmAction({
    title: "Cancel this execution?",
    text: "Running steps are told to stop, and completed ones are undone where the workflow says how. It cannot be taken back.",
    fields: [field("Reason", reason)],
    action: "Cancel the execution",
    isDangerous: true,
    async perform() {
      await post(`${path}/cancel`, reason.value.trim() === "" ? {} : { reason: reason.value.trim() });
      onDone();
    },
  });
}

/**
 * @param {string} path
 * @param {ExecutionView | undefined} view
 * @param {() => void} onDone
 */
function askToSignal(path, view, onDone) {
  const awaited = Object.values(view?.steps ?? {}).flatMap(({ waitsFor }) => waitsFor?.signal ?? []);
  const name = el("input", { required: true, value: awaited[0] ?? "", maxlength: 128, spellcheck: "false" });
  const payload = el("textarea", { rows: 4, spellcheck: "false" }, "null");
  confirmAction({
    title: "Send a signal?",
    text:
      awaited.length === 0 ? "No step waits for one now: it is kept until one does." : `Awaited: ${awaited.join(", ")}`,
    fields: [field("Name", name), field("Payload, as JSON", payload)],
    action: "Send the signal",
    async perform() {
      await post(`${path}/signals/${encodeURIComponent(name.value)}`, { payload: parsePayload(payload.value) });
      onDone();
    },
  });
}

/** @param {string} text */
function parsePayload(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error("Cannot send the signal: the payload is not JSON", { cause });
  }
}

/**
 * @param {string} path
 * @param {ExecutionView | undefined} view
 */
function askToRerun(path, view) {
  const from = el("select", {}, el("option", { value: "" }, "what did not complete"));
  for (const id of Object.keys(view?.steps ?? {})) from.append(el("option", { value: id }, `from ${id} on`));
  confirmAction({
    title: "Run this again?",
    text: "A new execution takes over the outputs of the steps before, and runs the others.",
    fields: [field("Run", from)],
    action: "Run again",
    async perform() {
      const { executionId } = await post(`${path}/rerun`, from.value === "" ? {} : { from: from.value });
      location.hash = `#/executions/${executionId}`;
    },
  });
}
