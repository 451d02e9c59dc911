/** How much one client may ask of the server. */
export interface ServerLimits {
  /** UTF-8 bytes of a request's body, default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Milliseconds from the first byte of a body to its last, default 10,000. */
  readonly bodyTimeoutMs?: number;
  /** Event streams that are open at once, default 100. Further ones are refused with `STREAMS_FULL`. */
  readonly maxStreams?: number;
  /** Milliseconds after which a quiet event stream shows that it is alive, default 15,000. */
  readonly heartbeatMs?: number;
}

export type ResolvedLimits = Required<ServerLimits>;

const defaults: ResolvedLimits = {
  maxBodyBytes: 1_048_576,
  bodyTimeoutMs: 10_000,
  maxStreams: 100,
  heartbeatMs: 15_000,
};

/** @throws {RangeError} when one is not an integer >= 1. */
export function resolveLimits(limits: ServerLimits = {}): ResolvedLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new RangeError(`Cannot create server: limits.${name} must be an integer >= 1, got ${value}`);
  }
  return { ...defaults, ...limits };
}
