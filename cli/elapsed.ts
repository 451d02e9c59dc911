/** A duration for people: `12ms`, `1.2s`, `1m 05s`, `2h 03m`. */
export function formatElapsed(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < 1_000) return `${ms}ms`;
  // Rounds down, so that 59.96 s does not read as 60.0s.
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${padded(seconds % 60)}s`;
  return `${Math.floor(seconds / 3_600)}h ${padded(Math.floor(seconds / 60) % 60)}m`;
}

function padded(value: number): string {
  return String(value).padStart(2, "0");
}

/** How long ago something was, in one unit: `5s`, `3m`, `2h`, `4d`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
