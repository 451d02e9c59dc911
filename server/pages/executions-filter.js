import { field } from "./dialog.js";
import { el } from "./dom.js";
import { executionStatuses } from "./status.js";

/** Time to go on typing before the list is asked for. */
const pauseMs = 200;

/**
 * The controls that say which executions are listed, in the words of the API's query.
 *
 * @param {URLSearchParams} query What they say at first.
 * @param {() => void} onChange
 */
export function createFilter(query, onChange) {
  const status = el("select", { name: "status" }, el("option", { value: "" }, "any"));
  for (const name of executionStatuses) status.append(el("option", { value: name }, name));
  const known = el("datalist", { id: "workflow-ids" });
  const workflowId = el("input", {
    name: "workflowId",
    list: known.id,
    placeholder: "any",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 128,
  });
  const q = el("input", { name: "q", type: "search", placeholder: "part of an id or a name", maxlength: 200 });
  const controls = [status, workflowId, q];
  for (const control of controls) control.value = query.get(control.name) ?? "";

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const onInput = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, pauseMs);
  };
  const element = el(
    "form",
    { class: "filter", role: "search", oninput: onInput, onsubmit: (event) => event.preventDefault() },
    field("Status", status),
    field("Workflow id", workflowId),
    field("Text", q),
    known,
  );
  return {
    element,
    /** The query, empty without a filter. */
    text() {
      const said = controls.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value !== "");
      return new URLSearchParams(said).toString();
    },
    /**
     * Offers ids of workflows that were seen.
     *
     * @param {readonly string[]} ids
     */
    know(ids) {
      const before = new Set([...known.children].map((option) => option.getAttribute("value")));
      for (const id of new Set(ids)) if (!before.has(id)) known.append(el("option", { value: id }));
    },
  };
}
