import process from "node:process";
import type { Clock } from "../../lib/clock.ts";
import { version } from "../../lib/version.ts";
import type { Handler } from "../route.ts";

/** Says that the process answers, and which one it is. Uptime counts from now. */
export function health(clock: Clock): Handler {
  const startedMs = clock.now();
  return () => {
    const uptimeMs = Math.round(clock.now() - startedMs);
    return { status: 200, body: { status: "ok", service: "orchestr8", version, pid: process.pid, uptimeMs } };
  };
}
