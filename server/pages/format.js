const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/**
 * A time as people of here write it.
 *
 * @param {string} iso
 */
export function timeText(iso) {
  return clock.format(new Date(iso));
}

/**
 * A duration in the units that matter: `120 ms`, `4.2 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`.
 *
 * @param {number} ms
 */
export function durationText(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/**
 * A value as text to read: a string as it is, anything else as JSON.
 *
 * @param {unknown} value
 */
export function valueText(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/**
 * `1 attempt`, `2 attempts`.
 *
 * @param {number} count
 * @param {string} noun
 */
export function countText(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
