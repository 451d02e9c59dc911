import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { OpenRequests } from "./open-requests.ts";

const one = new Request("http://localhost/");
const other = new Request("http://localhost/");

describe("OpenRequests", () => {
  test("counts from the end of the last request", async () => {
    const clock = new VirtualClock();
    const open = new OpenRequests(clock);
    await clock.advance(100);
    expect(open.idleMs(false)).toBe(100);
    open.begin(one);
    open.begin(other);
    await clock.advance(50);
    open.end(one);
    await clock.advance(50);
    expect(open.idleMs(false)).toBe(0);
    open.end(other);
    await clock.advance(7);
    expect(open.idleMs(false)).toBe(7);
  });

  test("counts other work until it is found to have ended", async () => {
    const clock = new VirtualClock();
    const open = new OpenRequests(clock);
    await clock.advance(100);
    expect(open.idleMs(true)).toBe(0);
    await clock.advance(100);
    expect(open.idleMs(false)).toBe(0);
    await clock.advance(100);
    expect(open.idleMs(false)).toBe(100);
  });

  test("let the connection of a stream be idle for ever, and no other", () => {
    const open = new OpenRequests(new VirtualClock());
    const told: unknown[] = [];
    const entrance = { timeout: (request: Request, seconds: number) => void told.push([request, seconds]) };
    open.begin(one, entrance);
    open.begin(other);
    open.streams(one);
    open.streams(other);
    open.end(one);
    open.streams(one);
    expect(told).toEqual([[one, 0]]);
  });
});
