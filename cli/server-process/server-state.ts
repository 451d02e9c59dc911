/** What a project's server says of itself in `server.json`. */
export interface ServerState {
  readonly format: 1;
  readonly pid: number;
  /** When the process was started, as `processStart()` gives it. */
  readonly processStart: string;
  /** Where `pid` means something: the machine since it was started, and the container. */
  readonly host: string;
  /** The folder that the file was written in, so that a copy of it is known for one. */
  readonly folder: string;
  readonly url: string;
  /** Null for a server that lets everybody in. */
  readonly token: string | null;
  /** Of orchestr8. */
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** What it was started with, to be started so again; never the token. */
  readonly flags: readonly string[];
  /** Of the project's files, as they were when it loaded them. */
  readonly fingerprint: string | null;
}

/** A state as it was written, or undefined for anything else. */
export function parseServerState(text: string): ServerState | undefined {
  const value = parseJson(text);
  return isServerState(value) ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isServerState(value: unknown): value is ServerState {
  if (typeof value !== "object" || value === null) return false;
  const { format, pid, url, token, flags, fingerprint, ...rest } = value as Partial<Record<keyof ServerState, unknown>>;
  return (
    format === 1 &&
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    isHttpUrl(url) &&
    isTextOrNull(token) &&
    isTextOrNull(fingerprint) &&
    Array.isArray(flags) &&
    flags.every((flag) => typeof flag === "string") &&
    [rest.processStart, rest.host, rest.folder, rest.version, rest.startedAt].every((text) => typeof text === "string")
  );
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}

function isHttpUrl(value: unknown): boolean {
  return typeof value === "string" && URL.canParse(value) && new URL(value).protocol === "http:";
}
