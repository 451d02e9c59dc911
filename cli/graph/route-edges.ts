/** A way from a column at the bottom of one layer to a column at the top of the next. */
export interface Hop {
  /** Index of the layer it leaves. */
  readonly layer: number;
  readonly from: number;
  readonly to: number;
  readonly isDashed: boolean;
  /** Rows of its layer that it starts below: the height of its box, or 0 where it passes by. */
  readonly below: number;
  /** Whether it arrives at its step, and does not only pass a layer. */
  readonly isLast: boolean;
}

/** Hops of one column, which share the line on which they go sideways. */
interface Fan {
  readonly from: number;
  readonly hops: readonly Hop[];
  readonly left: number;
  readonly right: number;
}

/** The lines, counted from 0, on which the hops between two layers go sideways; straight ones need none. */
export function assignTracks(hops: readonly Hop[]): ReadonlyMap<Hop, number> {
  const fans = fansOf(hops);
  const tracks = new Map<Hop, number>();
  const taken: Fan[][] = [];
  const placed = new Map<Fan, number>();
  for (const fan of inOrder(fans)) {
    let track = 0;
    // Below every fan whose way down it would otherwise run into.
    for (const other of fans) if (mustBeBelow(fan, other)) track = Math.max(track, (placed.get(other) ?? -1) + 1);
    while (taken[track]?.some((other) => overlap(fan, other)) === true) track++;
    (taken[track] ??= []).push(fan);
    placed.set(fan, track);
    for (const hop of fan.hops) tracks.set(hop, track);
  }
  return tracks;
}

function fansOf(hops: readonly Hop[]): readonly Fan[] {
  const groups = new Map<string, Hop[]>();
  for (const hop of hops) {
    if (hop.from === hop.to) continue;
    const key = `${hop.from} ${hop.isDashed}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [hop]);
    else group.push(hop);
  }
  return [...groups.values()].map((group): Fan => {
    const from = group[0]?.from ?? 0;
    const columns = [from, ...group.map(({ to }) => to)];
    return { from, hops: group, left: Math.min(...columns), right: Math.max(...columns) };
  });
}

/** Whether a hop of `fan` goes down in the column in which `other` comes from above. */
function mustBeBelow(fan: Fan, other: Fan): boolean {
  return fan !== other && fan.hops.some(({ to }) => to === other.from);
}

/** Those that others must be below first. Where two ask it of each other, no order is right and any will do. */
function inOrder(fans: readonly Fan[]): readonly Fan[] {
  const done = new Set<Fan>();
  const visit = (fan: Fan, trail: ReadonlySet<Fan>): void => {
    if (done.has(fan) || trail.has(fan)) return;
    const longer = new Set([...trail, fan]);
    for (const other of fans) if (mustBeBelow(fan, other)) visit(other, longer);
    done.add(fan);
  };
  for (const fan of fans.toSorted((left, right) => left.left - right.left)) visit(fan, new Set());
  return [...done];
}

/** Fans may share a line where they go to one place, or from one place to either side: that reads the same. */
function overlap(one: Fan, other: Fan): boolean {
  const isOneGoal = one.hops.every(({ to }) => other.hops.every((hop) => hop.to === to));
  const isOneStart = one.from === other.from && (one.right <= other.left || other.right <= one.left);
  return !isOneGoal && !isOneStart && one.left <= other.right + 1 && other.left <= one.right + 1;
}
