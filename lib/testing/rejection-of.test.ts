import { expect, test } from "bun:test";
import { rejectionOf } from "./rejection-of.ts";

test("rejectionOf() gives the reason, and rejects when there is none", async () => {
  const reason = new Error("reason");
  expect(await rejectionOf(Promise.reject(reason))).toBe(reason);
  expect(await rejectionOf(rejectionOf(Promise.resolve(1)))).toEqual(
    new Error("Cannot take the rejection of a promise: it was fulfilled"),
  );
});
