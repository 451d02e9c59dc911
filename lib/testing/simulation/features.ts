import type { Draw } from "./draw.ts";

/** What the workflows of a world may make use of. */
export interface Features {
  readonly forEach: boolean;
  readonly repeats: boolean;
  readonly waits: boolean;
  readonly children: boolean;
  readonly fallbacks: boolean;
  readonly compensations: boolean;
  readonly conditions: boolean;
  readonly onError: boolean;
  readonly budgets: boolean;
  readonly retries: boolean;
  readonly timeouts: boolean;
  readonly circuits: boolean;
  readonly bulkheads: boolean;
  readonly rates: boolean;
  readonly limits: boolean;
  readonly output: boolean;
}

/** Each feature on or off by a share that is drawn first: some worlds have nearly none, some nearly all. */
export function drawFeatures(draw: Draw): Features {
  const share = draw.pick([0.1, 0.3, 0.5, 0.8]);
  const isOn = (): boolean => draw.chance(share);
  return {
    forEach: isOn(),
    repeats: isOn(),
    waits: isOn(),
    children: isOn(),
    fallbacks: isOn(),
    compensations: isOn(),
    conditions: isOn(),
    onError: isOn(),
    budgets: isOn(),
    retries: isOn(),
    timeouts: isOn(),
    circuits: isOn(),
    bulkheads: isOn(),
    rates: isOn(),
    limits: isOn(),
    output: isOn(),
  };
}
