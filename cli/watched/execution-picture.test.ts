import { describe, expect, test } from "bun:test";
import { fold } from "../../lib/engine/fold.ts";
import { initialState, type MutableExecutionState } from "../../lib/engine/state.ts";
import { viewOf, type ExecutionView } from "../../lib/engine/view.ts";
import type { History } from "../../lib/testing/simulation/history.ts";
import { runWorld } from "../../lib/testing/simulation/run-world.ts";
import { ExecutionPicture } from "./execution-picture.ts";

function afterFirst({ plan, executionId, entries }: History, count: number): MutableExecutionState {
  const state = initialState(plan, executionId);
  for (const entry of entries.slice(0, count)) fold(state, entry);
  return state;
}

/**
 * A snapshot does not tell which items of a step run and which wait for their next attempt, nor to less than a millisecond
 * when it started.
 */
function comparable({ status, progress: { total, settled }, ...view }: ExecutionView): object {
  return { ...view, durationMs: 0, total, settled, status: status === "waiting" ? "running" : status };
}

/** Views tell times as dates, so they are exact only where an execution began at a whole millisecond, as real ones do. */
async function historiesOf(seed: number): Promise<readonly History[]> {
  const { histories } = await runWorld(seed);
  return histories.filter((history) => Number.isInteger(afterFirst(history, 1).createdAt));
}

const seeds = Array.from({ length: 30 }, (_, index) => index + 1);

describe("ExecutionPicture", () => {
  test.each(seeds)("shows after each entry what the engine would show: world %d", async (seed) => {
    const histories = await historiesOf(seed);
    for (const history of histories) {
      const state = afterFirst(history, 1);
      const picture = new ExecutionPicture(viewOf(state, 0));
      for (const entry of history.entries.slice(1)) {
        fold(state, entry);
        picture.take(entry);
        expect(picture.view(state.elapsedMs + 7)).toEqual(viewOf(state, state.elapsedMs + 7));
      }
    }
  });

  test.each(seeds)("goes on from a snapshot of any moment: world %d", async (seed) => {
    const histories = await historiesOf(seed);
    for (const [index, history] of histories.entries()) {
      const cut = 1 + ((seed * 31 + index * 17) % history.entries.length);
      const state = afterFirst(history, cut);
      const picture = new ExecutionPicture(viewOf(state, state.elapsedMs));
      for (const entry of history.entries.slice(cut - 1)) picture.take(entry);
      const end = afterFirst(history, history.entries.length);
      expect(comparable(picture.view(end.elapsedMs))).toEqual(comparable(viewOf(end, end.elapsedMs)));
    }
  });
});
