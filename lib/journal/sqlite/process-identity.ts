import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process, told apart from a later one with the same number. */
export interface ProcessIdentity {
  /** Where `pid` means something: the host, since it was started, and the container. */
  readonly host: string;
  readonly pid: number;
  /** When it was started, in the system's own terms; empty where those are not known. */
  readonly start: string;
}

let self: ProcessIdentity | undefined;

export function thisProcess(): ProcessIdentity {
  self ??= { host: thisHost(), pid: process.pid, start: stateOf(process.pid)?.start ?? "" };
  return self;
}

/** Whether the process has certainly ended. False for one elsewhere: nobody here can know. */
export function isGone({ host, pid, start }: ProcessIdentity): boolean {
  if (host !== thisProcess().host) return false;
  if (start === "") return !exists(pid);
  const state = stateOf(pid);
  return state === undefined || state.isDead || state.start !== start;
}

/** When a process was started, in Linux's own terms. Undefined when it has ended, and on every other system. */
export function startOf(pid: number): string | undefined {
  const state = stateOf(pid);
  return state === undefined || state.isDead ? undefined : state.start;
}

function thisHost(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${hostname()}/${boot}/${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** What Linux says of a process, or undefined when it has none with this number, or is no Linux. */
function stateOf(pid: number): { readonly start: string; readonly isDead: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program may hold spaces and brackets; what follows it does not. See proc(5): fields 3 and 22.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { start: fields[19] ?? "", isDead: fields[0] === "Z" || fields[0] === "X" };
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
