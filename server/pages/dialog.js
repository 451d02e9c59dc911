import { el, fill } from "./dom.js";

/**
 * Asks before something is done. The dialog stays open, with what went wrong, until it is done or given up.
 *
 * @param {{ title: string, text: string, fields?: readonly Node[], action: string, isDangerous?: boolean,
 *   perform: () => Promise<void> }} question
 */
export function confirmAction({ title, text, fields = [], action, isDangerous = false, perform }) {
  const failure = el("p", { class: "failure", role: "alert" });
  const submit = el("button", { type: "submit", class: isDangerous ? "danger" : "primary" }, action);
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    fill(failure);
    submit.disabled = true;
    try {
      await perform();
      dialog.close();
    } catch (error) {
      fill(failure, error instanceof Error ? error.message : String(error));
      submit.disabled = false;
    }
  };
  const dialog = el(
    "dialog",
    { "aria-labelledby": "dialog-title", onclose: () => dialog.remove() },
    el(
      "form",
      { method: "dialog", onsubmit: (event) => void onSubmit(event) },
      el("h2", { id: "dialog-title" }, title),
      el("p", {}, text),
      ...fields,
      failure,
      el("div", { class: "buttons" }, el("button", { type: "button", onclick: () => dialog.close() }, "Back"), submit),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * A control with its name above it.
 *
 * @param {string} name
 * @param {HTMLElement} control
 */
export function field(name, control) {
  return el("label", { class: "field" }, el("span", {}, name), control);
}
