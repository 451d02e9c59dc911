import type { JsonValue } from "../../json.ts";
import { RetryableError } from "../../errors.ts";
import type { Draw } from "./draw.ts";

/** How a simulated agent mostly behaves. */
export interface AgentProfile {
  readonly id: string;
  readonly semantics: "at-least-once" | "at-most-once";
  readonly minMs: number;
  readonly maxMs: number;
  /** In which ways it misbehaves, when it does. */
  readonly misdeeds: readonly Misdeed[];
}

export const misdeeds = ["throw", "reject-late", "hang", "ignore-signal", "huge", "not-json", "sync-throw"] as const;
export type Misdeed = (typeof misdeeds)[number];

export function drawProfile(draw: Draw, id: string): AgentProfile {
  const maxMs = draw.pick([0, 5, 200, 2_000, 8_000]);
  return {
    id,
    semantics: draw.chance(0.2) ? "at-most-once" : "at-least-once",
    minMs: draw.chance(0.5) ? 0 : Math.min(maxMs, draw.skewed(1, 500)),
    maxMs,
    misdeeds: draw.chance(0.3) ? misdeeds : draw.some(misdeeds, 0.4),
  };
}

/** Every class of error that the engine tells apart, and things that are no errors. */
export function drawThrown(draw: Draw): unknown {
  switch (draw.int(0, 9)) {
    case 0:
      return new TypeError("the agent has a bug");
    case 1:
      return Object.assign(new Error("connection reset"), { code: "ECONNRESET" });
    case 2:
      return Object.assign(new Error("bad gateway"), { status: 502 });
    case 3:
      return Object.assign(new Error("no such thing"), { status: 404 });
    case 4:
      return new RetryableError("try again", { retryAfter: draw.skewed(1, 5_000) });
    case 5:
      return Object.assign(new Error("stopped by itself"), { name: "AbortError" });
    case 6:
      return "not an error";
    case 7:
      return undefined;
    case 8:
      return new AggregateError([new Error("one"), new TypeError("two")], "several");
    default:
      return new Error("down");
  }
}

/** What the steps of a drawn workflow know how to look into. */
export function drawOutput(draw: Draw): JsonValue {
  const items = Array.from({ length: draw.int(0, 4) }, (_, index) => index);
  return { n: draw.int(0, 9), tokens: draw.int(0, 20), items };
}

export function drawNotJson(draw: Draw): unknown {
  switch (draw.int(0, 4)) {
    case 0:
      return undefined;
    case 1:
      return () => "a function";
    case 2:
      return 10n;
    case 3: {
      const circle: { self?: unknown } = {};
      circle.self = circle;
      return circle;
    }
    default:
      return { at: new Date(0), not: Number.NaN, map: new Map([[1, 2]]) };
  }
}
