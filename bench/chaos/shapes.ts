import { call, child, literal, outputsOf, pause, read, type Shape, workflow } from "./shape.ts";

const soon = { baseDelayMs: 10, jitter: "none" } as const;
const never = { kind: "value", value: false } as const;
const leaves = ["a", "b", "c", "d", "e", "f"];

const sequence: Shape = {
  workflow: workflow("sequence", [
    call("a", literal({ big: "x".repeat(5_000) })),
    call("b", outputsOf("a"), { dependencies: ["a"] }),
    call("c", literal(3), { dependencies: ["b"] }),
  ]),
  children: [],
  requests: [],
  ending: {
    status: "completed",
    output: { a: { big: "x".repeat(5_000) }, b: [{ big: "x".repeat(5_000) }], c: 3 },
  },
};

const fanOut: Shape = {
  workflow: workflow("fan-out", [
    call("root", literal(0)),
    ...leaves.map((id, index) => call(id, literal(index), { dependencies: ["root"], agent: "@chaos/slow" })),
    call("join", outputsOf(...leaves), { dependencies: leaves }),
  ]),
  children: [],
  requests: [],
  ending: {
    status: "completed",
    output: { root: 0, a: 0, b: 1, c: 2, d: 3, e: 4, f: 5, join: [0, 1, 2, 3, 4, 5] },
  },
};

const diamond: Shape = {
  workflow: workflow("diamond", [
    call("top", literal("t")),
    call("left", outputsOf("top"), { dependencies: ["top"] }),
    call("right", literal(4), { dependencies: ["top"], agent: "@chaos/slow" }),
    call("bottom", outputsOf("left", "right"), { dependencies: ["left", "right"] }),
  ]),
  children: [],
  requests: [],
  ending: { status: "completed", output: { top: "t", left: ["t"], right: 4, bottom: [["t"], 4] } },
};

const retry: Shape = {
  workflow: workflow("retry", [
    call("flaky", literal("at last"), { agent: "@chaos/flaky", policies: { retry: { ...soon, maxAttempts: 3 } } }),
    call("again", outputsOf("flaky"), {
      dependencies: ["flaky"],
      repeat: { until: never, maxIterations: 3, delayMs: 5 },
    }),
  ]),
  children: [],
  requests: [],
  ending: { status: "completed", output: { flaky: "at last", again: ["at last"] } },
};

const timeout: Shape = {
  workflow: workflow("timeout", [
    call("first", literal("in time"), {
      agent: "@chaos/late-once",
      policies: { timeoutMs: 30, retry: { ...soon, maxAttempts: 3 } },
    }),
    call("never", literal(null), {
      agent: "@chaos/endless",
      dependencies: ["first"],
      onError: "fallback",
      fallbackStepId: "instead",
      policies: { timeoutMs: 30, retry: { ...soon, maxAttempts: 2 } },
    }),
    call("instead", literal("instead")),
    call("after", outputsOf("first", "never"), { dependencies: ["never", "first"] }),
  ]),
  children: [],
  requests: [],
  ending: {
    status: "completed",
    output: { first: "in time", never: "instead", instead: "instead", after: ["in time", "instead"] },
  },
};

const cancel: Shape = {
  workflow: workflow("cancel", [
    call("book", literal("12A"), { compensate: { agent: { id: "@chaos/echo" }, input: outputsOf("book") } }),
    call("endless", literal(null), { dependencies: ["book"], agent: "@chaos/endless" }),
    call("after", literal(null), { dependencies: ["endless"] }),
  ]),
  children: [],
  requests: [{ kind: "cancel", id: "1", reason: "enough" }],
  ending: { status: "cancelled", reason: "enough" },
};

const waitAndSignal: Shape = {
  workflow: workflow("wait-and-signal", [
    pause("pause", { kind: "duration", ms: 20 }),
    pause("first", { kind: "signal", name: "approve" }, { dependencies: ["pause"] }),
    pause("second", { kind: "signal", name: "approve" }, { dependencies: ["first"] }),
    call("after", outputsOf("first", "second"), { dependencies: ["first", "second"] }),
  ]),
  children: [],
  requests: [
    { kind: "signal", id: "1", name: "approve", payload: { by: "Ada" } },
    { kind: "signal", id: "2", name: "approve", payload: { by: "Bob" } },
  ],
  ending: {
    status: "completed",
    output: { pause: null, first: { by: "Ada" }, second: { by: "Bob" }, after: [{ by: "Ada" }, { by: "Bob" }] },
  },
};

const items = { kind: "value", value: [1, 2, 3] } as const;

const childForEach: Shape = {
  workflow: workflow("child-for-each", [
    call("each", read("item"), { agent: "@chaos/slow", forEach: { items, maxConcurrency: 2 } }),
    child("sub", "inner", read("item"), { dependencies: ["each"], forEach: { items } }),
    call("after", outputsOf("each", "sub"), { dependencies: ["each", "sub"] }),
  ]),
  children: [workflow("inner", [call("work", read("input"), { agent: "@chaos/slow" })])],
  requests: [],
  ending: {
    status: "completed",
    output: {
      each: [1, 2, 3],
      sub: [{ work: 1 }, { work: 2 }, { work: 3 }],
      after: [
        [1, 2, 3],
        [{ work: 1 }, { work: 2 }, { work: 3 }],
      ],
    },
  },
};

const atMostOnce: Shape = {
  workflow: workflow("at-most-once", [
    call("a", literal(1), { agent: "@chaos/once" }),
    call("b", literal(2), { agent: "@chaos/once", dependencies: ["a"] }),
  ]),
  children: [],
  requests: [],
  ending: { status: "completed", output: { a: 1, b: 2 } },
  isAtMostOnce: true,
};

/** The eight shapes of the promise that nothing is lost, and one of the promise that nothing is done twice. */
export const shapes = {
  sequence,
  "fan-out": fanOut,
  diamond,
  retry,
  timeout,
  cancel,
  "wait and signal": waitAndSignal,
  "child with forEach": childForEach,
  "at most once": atMostOnce,
} as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof shapes;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a literal
export const shapeNames = Object.keys(shapes) as readonly ShapeName[];
