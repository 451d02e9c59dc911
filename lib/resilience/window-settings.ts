/** Opens a circuit after this many failures in a row. */
export interface ConsecutiveWindow {
  readonly kind: "consecutive";
  readonly failures: number;
}

/** Opens a circuit when too many of its last calls failed. */
export interface CountWindow extends FailureRate {
  readonly kind: "count";
  /** How many calls are looked at. */
  readonly size: number;
}

/** Opens a circuit when too many of its latest calls failed, or were slow. */
export interface TimeWindow extends FailureRate {
  readonly kind: "time";
  /** How long a call is looked at after its end, in milliseconds, to a tenth of that. */
  readonly duration: number;
  readonly slowCall?: SlowCall | undefined;
}

export interface FailureRate {
  /** The share of failures to open at, above 0 and up to 1. */
  readonly failureRate: number;
  /** With fewer calls than this in the window no rate counts. */
  readonly minimumCalls: number;
}

/** When slowness is a reason to open, whatever the calls bring. */
export interface SlowCall {
  /** A call that takes longer is slow, in milliseconds. A slow probe counts as a failure. */
  readonly duration: number;
  /** The share of slow calls to open at, above 0 and up to 1. */
  readonly rate: number;
}
