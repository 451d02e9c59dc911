import { describe, expect, test } from "bun:test";
import { childId } from "../../engine/child-workflows.ts";
import type { ErrorRecord, ExecutionEvent } from "../../engine/events.ts";
import { agentStep, childStep, workflowOf, workflowOfSteps } from "../../engine/fixtures/workflow-of.ts";
import { plan } from "../../engine/plan.ts";
import type { Workflow } from "../../workflow.ts";
import { checkCalls } from "./check-calls.ts";
import { checkChildren } from "./check-children.ts";
import { checkFold } from "./check-fold.ts";
import { checkOrder } from "./check-order.ts";
import { checkSignals } from "./check-signals.ts";
import type { Attempt } from "./check-units.ts";
import type { Complain, History } from "./history.ts";
import { Recorder, type Call } from "./recorder.ts";

const error: ErrorRecord = { name: "TypeError", code: "UNKNOWN", message: "broken", isRetryable: false };
const failing: ExecutionEvent = { type: "execution.failing", error };
const failed: ExecutionEvent = { type: "execution.failed", error };
const completed: ExecutionEvent = { type: "execution.completed" };
const cancelling: ExecutionEvent = { type: "execution.cancelling", reason: "enough" };
const cancelled: ExecutionEvent = { type: "execution.cancelled", reason: "enough" };
const end = { output: 1, attempts: 1, durationMs: 0 };

const ready = (stepId: string): ExecutionEvent => ({ type: "step.ready", stepId });
const started = (stepId: string): ExecutionEvent => ({ type: "attempt.started", stepId, attempt: 1 });
const stepCompleted = (stepId: string): ExecutionEvent => ({ type: "step.completed", stepId, ...end });
const stepFailed = (stepId: string): ExecutionEvent => ({ type: "step.failed", stepId, error, ...end });
const signal = (name: string, payload: number): ExecutionEvent => ({ type: "signal.received", name, payload });

/** What the journal says of an execution to which just these events happened, each kept by a write of its own. */
function historyOf(
  workflow: Workflow,
  events: readonly ExecutionEvent[],
  { executionId = "run", parent }: Partial<Pick<History, "executionId" | "parent">> = {},
): History {
  const entries = events.map((event, index) => ({ executionId, sequence: index + 1, elapsedMs: index, event }));
  return {
    executionId,
    plan: plan(workflow),
    entries,
    commits: entries.map((entry) => ({ process: 1, askedMs: entry.elapsedMs, entries: [entry] })),
    commitNumbers: entries.map(({ sequence }) => sequence),
    parent,
  };
}

/** What a checker complains of. */
function complaintsOf(look: (complain: Complain) => void): readonly string[] {
  const complaints: string[] = [];
  look((what) => complaints.push(what));
  return complaints;
}

describe("checkCalls()", () => {
  const attempt: Attempt = {
    executionId: "run",
    key: "run:a",
    attempt: 1,
    isChild: false,
    process: 1,
    startMs: 0,
    commit: 3,
    endMs: 5,
    hasCompleted: true,
  };
  const call: Call = {
    process: 1,
    executionId: "run",
    stepId: "a",
    agentId: "@test/echo",
    attempt: 1,
    key: "run:a",
    kept: 3,
    atMs: 0,
  };

  function violationsOf(attempts: readonly Attempt[], calls: readonly Call[]): readonly string[] {
    const recorder = new Recorder();
    recorder.calls.push(...calls);
    checkCalls(attempts, recorder);
    return recorder.violations;
  }

  test("is content with one call for each attempt, and with none for a child or for what did not complete", () => {
    const child = { ...attempt, key: "run:sub", isChild: true };
    const interrupted = { ...attempt, key: "run:b", hasCompleted: false };
    expect(violationsOf([attempt, child, interrupted], [call])).toEqual([]);
  });

  test("complains of a second call for an attempt", () => {
    expect(violationsOf([attempt], [call, call])).toEqual(["run: @test/echo was called twice for attempt 1 of run:a"]);
  });

  test("complains of a call for an attempt that was never started", () => {
    expect(violationsOf([attempt], [call, { ...call, attempt: 2 }])).toEqual([
      "run: @test/echo was called for run:a 2, of which the journal knows nothing",
    ]);
  });

  test("complains of a call that comes before the journal has kept the start", () => {
    expect(violationsOf([attempt], [{ ...call, kept: 2 }])).toEqual([
      "run: @test/echo was called for run:a 1 before the journal kept its start",
    ]);
  });

  test("complains of a call by another process than the one that started the attempt", () => {
    expect(violationsOf([attempt], [{ ...call, process: 2 }])).toEqual([
      "run: process 2 called for run:a 1, which process 1 started",
    ]);
  });

  test("complains of an attempt that completed without a call", () => {
    expect(violationsOf([attempt], [])).toEqual(["run: run:a 1 completed, and nobody was called for it"]);
  });
});

describe("checkChildren()", () => {
  const inner = workflowOf([{ id: "inner" }]);
  const parent = { executionId: "run", stepId: "sub" };
  const first = childId("run:sub/1");

  const attemptFailed = (why: Partial<ErrorRecord> = {}): ExecutionEvent => ({
    type: "attempt.failed",
    stepId: "sub",
    attempt: 1,
    error: { ...error, ...why },
    durationMs: 0,
  });
  const parentOf = (events: readonly ExecutionEvent[], timeoutMs?: number): History =>
    historyOf(
      workflowOfSteps([childStep("sub", "child", timeoutMs === undefined ? {} : { policies: { timeoutMs } })]),
      [started("sub"), ...events],
    );
  const childOf = (events: readonly ExecutionEvent[], executionId = first): History =>
    historyOf(inner, events, { executionId, parent });

  function violationsOf(histories: readonly History[], recorder = new Recorder()): readonly string[] {
    checkChildren(histories, recorder);
    return recorder.violations;
  }

  test("is content when a step fails as its child did", () => {
    expect(violationsOf([parentOf([attemptFailed()]), childOf([failed])])).toEqual([]);
  });

  test("is content when a step fails because somebody cancelled its child", () => {
    const recorder = new Recorder();
    recorder.cancelled.add(first);
    const histories = [parentOf([attemptFailed({ code: "CANCELLED" })]), childOf([cancelling, cancelled])];
    expect(violationsOf(histories, recorder)).toEqual([]);
  });

  test("is content when a child is cancelled by the time limit of its step", () => {
    const histories = [parentOf([attemptFailed({ code: "TIMEOUT" })], 10), childOf([cancelling, cancelled])];
    expect(violationsOf(histories)).toEqual([]);
  });

  test("is content when a child is cancelled because its parent stops", () => {
    const histories = [parentOf([failing, attemptFailed({ code: "CANCELLED" })]), childOf([cancelling, cancelled])];
    expect(violationsOf(histories)).toEqual([]);
  });

  test("finds the child of a later iteration", () => {
    const iterated: ExecutionEvent = { type: "iteration.completed", stepId: "sub", iteration: 1, delayMs: 0, ...end };
    const histories = [
      parentOf([iterated, started("sub"), attemptFailed()]),
      childOf([completed]),
      childOf([failed], childId("run:sub~2/1")),
    ];
    expect(violationsOf(histories)).toEqual([]);
  });

  test("complains of a step that failed without a child", () => {
    expect(violationsOf([parentOf([attemptFailed()])])).toEqual([
      "run: attempt 1 of sub failed with UNKNOWN, and its child is not there: broken",
    ]);
  });

  test("complains of a step that failed though its child completed", () => {
    expect(violationsOf([parentOf([attemptFailed()]), childOf([completed])])).toEqual([
      'run: attempt 1 of sub failed with UNKNOWN, and its child ended with "execution.completed": broken',
    ]);
  });

  test("complains of a step that failed with another error than its child", () => {
    expect(violationsOf([parentOf([attemptFailed({ message: "lost" })]), childOf([failed])])).toEqual([
      'run: attempt 1 of sub failed with UNKNOWN, and its child ended with "execution.failed": lost',
    ]);
  });

  test("complains of a child that nobody cancelled", () => {
    expect(violationsOf([parentOf([]), childOf([cancelling, cancelled])])).toEqual([
      `${first}: nobody cancelled this child: enough`,
    ]);
  });
});

describe("checkFold()", () => {
  const workflow = workflowOf([{ id: "a" }]);
  const complaints = (events: readonly ExecutionEvent[]): readonly string[] =>
    complaintsOf((complain) => {
      checkFold(historyOf(workflow, events), complain);
    });

  test("is content with a record that can be folded", () => {
    expect(complaints([ready("a"), started("a"), stepCompleted("a"), completed])).toEqual([]);
  });

  test("complains of a record in which something cannot have happened", () => {
    expect(complaints([ready("a"), started("a"), stepCompleted("a"), started("a")])).toEqual([
      'Cannot fold the journal of execution "run": it holds "attempt.started" for step "a", which is completed',
    ]);
  });
});

describe("checkOrder()", () => {
  const chain = workflowOfSteps([
    agentStep({ id: "a", fallbackStepId: "b" }),
    agentStep({ id: "b" }),
    agentStep({ id: "c", dependencies: ["a"] }),
  ]);
  const fallingBack: ExecutionEvent = { type: "step.falling_back", stepId: "a", fallbackStepId: "b", error };
  const recovered: ExecutionEvent = { type: "step.recovered", stepId: "a", fallbackStepId: "b", output: 1 };
  const complaints = (events: readonly ExecutionEvent[], workflow = chain): readonly string[] =>
    complaintsOf((complain) => {
      checkOrder(historyOf(workflow, events), complain);
    });

  test("is content when each step waits for those before it", () => {
    const events = [ready("a"), started("a"), fallingBack, ready("b"), stepCompleted("b"), recovered, ready("c")];
    expect(complaints(events)).toEqual([]);
  });

  test("is content when a step begins after a failure that may be ignored", () => {
    const workflow = workflowOf([
      { id: "a", onError: "continue" },
      { id: "b", dependencies: ["a"] },
    ]);
    expect(complaints([ready("a"), stepFailed("a"), ready("b")], workflow)).toEqual([]);
  });

  test("is content when a stopping execution ends what runs and undoes what is done", () => {
    const undone: ExecutionEvent[] = [
      { type: "compensation.started", stepId: "a", input: null },
      { type: "attempt.started", stepId: "a", attempt: 1, compensating: true },
      { type: "compensation.completed", stepId: "a", ...end },
    ];
    expect(complaints([ready("a"), stepCompleted("a"), ready("c"), failing, stepFailed("c"), ...undone])).toEqual([]);
  });

  test("complains of an event about a step that is not there", () => {
    expect(complaints([ready("a"), ready("z")])).toEqual(['"step.ready" is about "z", which is no step']);
  });

  test("complains of a step that begins before one that it depends on", () => {
    expect(complaints([ready("a"), ready("c")])).toEqual(["c begins at #2 before a"]);
  });

  test("complains of a step that begins after a failure which ends the execution", () => {
    const workflow = workflowOf([{ id: "a" }, { id: "b", dependencies: ["a"] }]);
    expect(complaints([ready("a"), stepFailed("a"), ready("b")], workflow)).toEqual(["b begins at #3 before a"]);
  });

  test("complains of a fallback that begins before it is needed", () => {
    expect(complaints([ready("a"), ready("b")])).toEqual(["b begins at #2 before a, which falls back to it,"]);
  });

  const beginnings: readonly ExecutionEvent[] = [
    ready("a"),
    { type: "step.started", stepId: "a", input: null },
    { type: "step.expanded", stepId: "a", items: 1 },
    { type: "item.started", stepId: "a", item: 0, input: null },
    { type: "wait.started", stepId: "a" },
    started("a"),
  ];

  test.each(beginnings.map((event) => [event.type, event] as const))(
    'complains of a "%s" that comes once the execution stops',
    (type, event) => {
      expect(complaints([failing, event])).toEqual([`"${type}" of a after "execution.failing"`]);
      expect(complaints([cancelling, event])).toEqual([`"${type}" of a after "execution.cancelling"`]);
    },
  );
});

describe("checkSignals()", () => {
  const workflow = workflowOf([{ id: "a" }]);

  function complaints(events: readonly ExecutionEvent[], sent: number): readonly string[] {
    const history = historyOf(workflow, events);
    const recorder = new Recorder();
    recorder.kept(1, 0, history.entries);
    recorder.acknowledgeSignal("run", "go", sent);
    recorder.acknowledgeSignal("another run", "stop", 1);
    return complaintsOf((complain) => {
      checkSignals(history, recorder, complain);
    });
  }

  test("is content when each signal comes once", () => {
    expect(complaints([signal("go", 1), signal("go", 2), signal("stop", 1)], 2)).toEqual([]);
  });

  test("is content when the execution ends before its signals come", () => {
    expect(complaints([signal("go", 1), completed], 2)).toEqual([]);
  });

  test("complains of a signal that comes again", () => {
    expect(complaints([signal("go", 1), signal("go", 1)], 1)).toEqual(['the signal "go" 1 comes again at #2']);
  });

  test("complains of signals of which some did not come", () => {
    expect(complaints([signal("go", 1)], 2)).toEqual(['of 2 signals "go" only 1 came']);
  });

  test("complains of signals of which none came", () => {
    expect(complaints([{ type: "execution.started" }], 1)).toEqual(['of 1 signals "go" only 0 came']);
  });
});
