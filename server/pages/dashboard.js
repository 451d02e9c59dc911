import { byId, setText } from "./dom.js";
import { showExecution } from "./execution-screen.js";
import { showExecutions } from "./executions-screen.js";

/**
 * @import { Connection } from "./live.js"
 *
 * @typedef {object} Screen What is shown at an address.
 * @property {() => void} stop
 *
 * @typedef {object} Frame What a screen is shown in.
 * @property {HTMLElement} main
 * @property {(connection: Connection | "ended" | "locked") => void} onConnection
 */

/** @type {Record<Connection | "ended" | "locked", string>} */
const connectionTexts = {
  connecting: "Connecting …",
  live: "Live",
  disconnected: "Disconnected, trying again …",
  ended: "Ended",
  locked: "Not let in any more: run orchestr8 open",
};

const connection = byId("connection");

/** @type {Frame} */
const frame = {
  main: byId("main"),
  onConnection(state) {
    connection.setAttribute("data-connection", state);
    setText(connection, connectionTexts[state]);
  },
};

/** @type {Screen | undefined} */
let screen;
/** The address that is shown. */
let shown = "";

/** Shows what the part of the address behind `#` names: a list with its filter, or one execution. */
function show() {
  const route = location.hash.startsWith("#/") ? location.hash.slice(1) : "/";
  const [path = "/", query = ""] = route.split("?", 2);
  // Another filter is the same screen, and so is a link within it.
  if (path === shown || (screen !== undefined && location.hash !== "" && !location.hash.startsWith("#/"))) return;
  screen?.stop();
  shown = path;
  frame.main.replaceChildren();
  const [, id] = /^\/executions\/([\w-]{1,64})$/.exec(path) ?? [];
  screen = id === undefined ? showExecutions(frame, new URLSearchParams(query)) : showExecution(frame, id);
  scrollTo(0, 0);
}

addEventListener("hashchange", () => {
  show();
  frame.main.focus();
});
show();
