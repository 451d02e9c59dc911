/** How a limit may move. */
export interface LimitSettings {
  readonly min: number;
  readonly max: number;
  /** The weight of a round against the limit so far, in (0, 1]. */
  readonly smoothing: number;
  /** How many rounds the usual latency remembers. */
  readonly longWindow: number;
  /** Up to how many times the usual latency nobody is taken to queue. */
  readonly tolerance: number;
}

export interface LimitState {
  /** Within bounds, but not rounded: it may grow by less than one a round. */
  readonly limit: number;
  /** The latency that calls have when they do not queue, in milliseconds; 0 until the first round tells. */
  readonly usual: number;
  /** How many rounds it was learnt from, up to `longWindow`. */
  readonly rounds: number;
}

/** What the calls of about one round trip tell. */
export interface Round {
  /** Milliseconds, on average over those that succeeded; undefined when none did. */
  readonly latency: number | undefined;
  /** Those that failed among those that succeeded or failed, in [0, 1]. */
  readonly failureShare: number;
  /** The most that ran at once. */
  readonly mostActive: number;
}

/** By how much a limit would grow if nothing were smoothed: so many calls may queue at the callee for our sake. */
const allowance = 4;
/** Rounds whose plain average is the usual latency at first. */
const warmUp = 10;

/**
 * The limit after a round, and what it has learnt. Gradient2 of Netflix's concurrency-limits, with three changes for what
 * its users report (Netflix/concurrency-limits#134, #137, #176):
 *
 * - The allowance is for rounds with usual latency only. With it in the others too, a limit under mild overload creeps up.
 * - Failures tell by their share as in DCTCP (RFC 8257), `limit · (1 - share / 2)`, and their latency does not count: a
 *   timeout is always equally late, and a refusal quick.
 * - Latency is usual when the calls were few. Learning it from full rounds makes every queue usual in the end.
 */
export function nextLimit(state: LimitState, round: Round, settings: LimitSettings): LimitState {
  const { latency, failureShare, mostActive } = round;
  const learnt = latency === undefined || failureShare > 0 ? state : learn(state, latency, mostActive, settings);
  // So few calls do not need the limit, and say nothing about it while most of them succeed.
  if (mostActive < state.limit / 2 && failureShare < 0.5) return { ...learnt, limit: state.limit };
  const followed = latency === undefined ? state.limit : follow(learnt, latency, settings);
  const limit = followed * (1 - failureShare / 2);
  return { ...learnt, limit: Math.min(settings.max, Math.max(settings.min, limit)) };
}

function learn(state: LimitState, latency: number, mostActive: number, settings: LimitSettings): LimitState {
  const rounds = Math.min(state.rounds + 1, settings.longWindow);
  const weight = weightOf(rounds, state.limit, mostActive, settings.min);
  const usual = state.usual * (1 - weight) + latency * weight;
  // Far too long, as after an overload: it need not take hundreds of rounds to see that this is over.
  return { ...state, rounds, usual: usual > 2 * latency ? usual * 0.95 : usual };
}

function weightOf(rounds: number, limit: number, mostActive: number, min: number): number {
  if (rounds <= warmUp) return 1 / rounds;
  // So few calls do not queue for each other: it is the callee that has changed. Envoy measures anew at its minimum too.
  if (limit <= min + allowance) return 1 / warmUp;
  return mostActive < Math.floor(limit) ? 2 / (rounds + 1) : 0;
}

function follow({ limit, usual }: LimitState, latency: number, settings: LimitSettings): number {
  const gradient = Math.max(0.5, Math.min(1, (settings.tolerance * usual) / latency));
  const aim = gradient < 1 ? limit * gradient : limit + allowance;
  return limit + (aim - limit) * settings.smoothing;
}
