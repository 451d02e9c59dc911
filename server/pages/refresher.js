/** At most so often is the server asked how things stand, however much happens. */
const minGapMs = 250;
/** Where an answer takes long, as for thousands of steps, the rest is this many times longer. */
const restFactor = 4;

/**
 * Calls `refresh` when asked to, one call at a time; what is asked for during a call is one more call after it.
 *
 * @param {(signal: AbortSignal) => Promise<void>} refresh
 * @param {(error: unknown) => void} onError
 * @returns {{ ask(): void, stop(): void }}
 */
export function createRefresher(refresh, onError) {
  const stopped = new AbortController();
  let isBusy = false;
  let isAsked = false;

  const run = async () => {
    isBusy = true;
    isAsked = false;
    const startedAt = performance.now();
    try {
      await refresh(stopped.signal);
    } catch (error) {
      if (!stopped.signal.aborted) onError(error);
    }
    setTimeout(
      () => {
        isBusy = false;
        if (isAsked && !stopped.signal.aborted) void run();
      },
      Math.max(minGapMs, (performance.now() - startedAt) * restFactor),
    );
  };
  return {
    ask() {
      if (isBusy) isAsked = true;
      else if (!stopped.signal.aborted) void run();
    },
    stop: () => stopped.abort(),
  };
}
