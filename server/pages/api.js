/** @import { Problem } from "../client/api-error.ts" */

/** The server refused a request, or was not reached. `message` is for people. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status 0 when there was no reply.
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function get(path, signal) {
  const reply = await send(path, signal === undefined ? {} : { signal });
  return await reply.json();
}

/**
 * @param {string} path
 * @returns {Promise<string>}
 */
export async function getText(path) {
  return await (await send(path, {})).text();
}

/**
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 */
export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const reply = await send(path, { method: "POST", headers, body: JSON.stringify(body) });
  return await reply.json();
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function send(path, init) {
  const reply = await fetch(path, init).catch((error) => {
    if (init.signal?.aborted === true) throw error;
    throw new ApiError("Cannot reach the server", 0);
  });
  if (reply.ok) return reply;
  /** @type {Partial<Problem>} */
  const problem = await reply.json().catch(() => ({}));
  throw new ApiError(messageOf(problem, reply.status), reply.status);
}

/**
 * @param {Partial<Problem>} problem
 * @param {number} status
 */
function messageOf({ detail, errors = [] }, status) {
  const places = errors.map(({ pointer, message }) => `${pointer}: ${message}`);
  return [detail ?? `The server answered ${status}`, ...places].join("\n");
}

/**
 * The address of an execution in the API.
 *
 * @param {string} id
 */
export function executionPath(id) {
  return `/executions/${encodeURIComponent(id)}`;
}
