import type { Clock } from "../../lib/clock.ts";
import { isWrittenBy } from "./state-file.ts";
import type { ServerState } from "./server-state.ts";

const everyMs = 5_000;

/**
 * Calls `onLost` once when the file of a server does not name it any more, such as when its project was deleted: nobody
 * finds it then, so nobody could end it.
 */
export function watchState(state: ServerState, clock: Clock, onLost: () => void): Disposable {
  let isDisposed = false;
  const look = (): Disposable => clock.timer(everyMs, () => void check(), { unref: true });
  const check = async (): Promise<void> => {
    const isHere = await isWrittenBy(state);
    if (isDisposed) return;
    if (isHere) timer = look();
    else onLost();
  };
  let timer = look();
  return {
    [Symbol.dispose]() {
      isDisposed = true;
      timer[Symbol.dispose]();
    },
  };
}
