import { expect, test } from "bun:test";
import { ofDisk } from "./disk-error.ts";
import { ScaffoldError } from "./scaffold-error.ts";

const failing = (error: unknown) => () =>
  ofDisk(() => {
    throw error;
  });

test("says what the disk refuses in words of ours, and leaves a defect as it is", () => {
  const taken = Object.assign(new Error("taken"), { code: "EEXIST", path: "a" });
  expect(failing(taken)).toThrow("it exists already");
  expect(failing(Object.assign(new Error("no"), { code: "EACCES" }))).toThrow("Cannot open: EACCES");
  const own = new ScaffoldError("FILE", "ours");
  expect(failing(own)).toThrow(own);
  const defect = new TypeError("a defect");
  expect(failing(defect)).toThrow(defect);
});
