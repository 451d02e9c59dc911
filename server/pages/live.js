/** @typedef {"connecting" | "live" | "disconnected"} Connection */

/** How long to rest before a stream that the server refused is asked for again. */
const retryMs = 3_000;

/**
 * Follows an event stream as long as the page is seen: a browser holds few connections to a server, and hidden tabs shall
 * not use them up. Connections that are lost are made again.
 *
 * @param {string} path
 * @param {{ onEvent: () => void, onConnection: (connection: Connection) => void }} listener `onEvent` is called at every
 * event, and the first one of a connection is how things stand, so nothing is missed.
 * @returns {{ stop(): void }}
 */
export function follow(path, { onEvent, onConnection }) {
  /** @type {EventSource | undefined} */
  let source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const open = () => {
    close();
    if (document.hidden) return;
    onConnection("connecting");
    const opened = new EventSource(path);
    source = opened;
    opened.addEventListener("open", () => onConnection("live"));
    for (const name of ["snapshot", "entry", "progress"]) opened.addEventListener(name, onEvent);
    opened.addEventListener("error", () => {
      onConnection("disconnected");
      // The browser comes again by itself, but not after a refusal.
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(open, retryMs);
      onEvent();
    });
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  document.addEventListener("visibilitychange", open);
  open();
  return {
    stop() {
      document.removeEventListener("visibilitychange", open);
      close();
    },
  };
}
