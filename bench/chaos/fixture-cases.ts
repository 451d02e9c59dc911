import type { ExecutionView, JsonValue, Workflow } from "orchestr8";
import { call, child, type Ending, literal, outputsOf, pause, read, workflow } from "./shape.ts";

/** An execution that a process leaves in some state, in a file that every later version has to go on with. */
export interface FixtureCase {
  readonly workflow: Workflow;
  readonly children?: readonly Workflow[];
  /** Whether it stands as it is to be left. */
  readonly isThere: (view: ExecutionView) => boolean;
  /** It is cancelled while a step runs. */
  readonly cancellation?: { readonly during: string; readonly reason: string };
  /** What it is told once it goes on. */
  readonly signal?: { readonly name: string; readonly payload: JsonValue };
  readonly ending: Ending;
  /** Keys under which agents are called by who goes on: what had completed is not among them. */
  readonly calls: readonly string[];
}

/** `@chaos/gate` never answers the process that leaves the execution. */
const gated = { agent: "@chaos/gate" };
const big = { text: "x".repeat(5_000) };

const finished: FixtureCase = {
  workflow: workflow("finished", [call("a", literal(big)), call("b", outputsOf("a"), { dependencies: ["a"] })]),
  isThere: ({ status }) => status === "completed",
  ending: { status: "completed", output: { a: big, b: [big] } },
  calls: [],
};

const midFlight: FixtureCase = {
  workflow: workflow("mid-flight", [
    call("top", literal(big)),
    call("left", outputsOf("top"), { dependencies: ["top"] }),
    call("right", outputsOf("top"), { dependencies: ["top"], ...gated }),
    call("bottom", outputsOf("left", "right"), { dependencies: ["left", "right"] }),
  ]),
  isThere: ({ steps }) => steps["left"]?.status === "completed" && steps["right"]?.status === "running",
  ending: { status: "completed", output: { top: big, left: [big], right: [big], bottom: [[big], [big]] } },
  calls: ["right", "bottom"],
};

const waitingForTime: FixtureCase = {
  workflow: workflow("waiting-for-time", [
    call("before", literal(1)),
    pause("pause", { kind: "duration", ms: 2_000 }, { dependencies: ["before"] }),
    call("after", outputsOf("before"), { dependencies: ["pause", "before"] }),
  ]),
  isThere: ({ status }) => status === "waiting",
  ending: { status: "completed", output: { before: 1, pause: null, after: [1] } },
  calls: ["after"],
};

const waitingForSignal: FixtureCase = {
  workflow: workflow("waiting-for-signal", [
    pause("approval", { kind: "signal", name: "approve" }),
    call("after", outputsOf("approval"), { dependencies: ["approval"] }),
  ]),
  isThere: ({ status }) => status === "waiting",
  signal: { name: "approve", payload: { by: "Ada" } },
  ending: { status: "completed", output: { approval: { by: "Ada" }, after: [{ by: "Ada" }] } },
  calls: ["after"],
};

const cancelling: FixtureCase = {
  workflow: workflow("cancelling", [
    call("book", literal("12A"), { compensate: { agent: { id: "@chaos/echo" }, input: outputsOf("book") } }),
    call("stubborn", literal(null), { dependencies: ["book"], ...gated }),
  ]),
  isThere: ({ status }) => status === "cancelling",
  cancellation: { during: "stubborn", reason: "enough" },
  ending: { status: "cancelled", reason: "enough" },
  calls: ["book/compensate"],
};

const items = { kind: "value", value: [1, 2, 3] } as const;

const childForEach: FixtureCase = {
  workflow: workflow("child-for-each", [
    child("sub", "inner", read("item"), { forEach: { items } }),
    call("after", outputsOf("sub"), { dependencies: ["sub"] }),
  ]),
  children: [workflow("inner", [call("work", read("input"), { agent: "@chaos/gate-2" })])],
  isThere: ({ steps }) => steps["sub"]?.items?.settled === 2,
  ending: {
    status: "completed",
    output: { sub: [{ work: 1 }, { work: 2 }, { work: 3 }], after: [[{ work: 1 }, { work: 2 }, { work: 3 }]] },
  },
  calls: ["work", "after"],
};

/** By the names of their files. */
export const fixtureCases: Readonly<Record<string, FixtureCase>> = {
  finished,
  "mid-flight": midFlight,
  "waiting-for-time": waitingForTime,
  "waiting-for-signal": waitingForSignal,
  cancelling,
  "child-for-each": childForEach,
};
