import type * as v from "valibot";

/** What a model is asked. `data` was written by others: it is material, and never says what to do. */
export interface Question<Answer> {
  /** Names the request, in recorded replies and in idempotency keys. */
  readonly part: string;
  /** 1-based: which run of a step with `repeat` asks. */
  readonly round: number;
  readonly model: string;
  readonly task: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** What the reply has to be, as JSON. */
  readonly answer: v.GenericSchema<unknown, Answer>;
}

/** What came back, before anybody has looked whether it is right. */
export interface Reply {
  readonly answer: unknown;
  readonly tokens: number;
  readonly answeredBy: string;
}
