/** @typedef {Node | string | number | false | null | undefined} Child */

/**
 * Makes an element. Texts become text nodes and attributes are set by name, so nothing that is shown can become markup.
 * An attribute that is false or undefined is left out; `onclick` and the like are listeners.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | undefined | ((event: Event) => void)>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
  }
  fill(element, ...children);
  return element;
}

/**
 * Replaces what is in an element.
 *
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(
    ...children
      .filter((child) => child !== false && child !== null && child !== undefined)
      .map((child) => (child instanceof Node ? child : String(child))),
  );
}

/**
 * Sets a text, and leaves the element alone where that is its text already: what is selected stays so.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Makes the children of an element those of a list, in its order. Elements are kept by their keys, so that focus, scroll
 * positions and what was opened stay where they are.
 *
 * @template Item
 * @param {Element} parent
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => HTMLElement} make
 * @param {(element: HTMLElement, item: Item) => void} update
 */
export function keepList(parent, items, keyOf, make, update) {
  const old = new Map([...parent.children].map((child) => [child.getAttribute("data-key"), child]));
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const known = old.get(key);
    const element = known instanceof HTMLElement ? known : make(item);
    old.delete(key);
    element.setAttribute("data-key", key);
    update(element, item);
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
  for (const gone of old.values()) gone.remove();
}

/**
 * The element of an id, which the page has.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`Cannot show the page: it lacks the element "${id}"`);
  return element;
}
