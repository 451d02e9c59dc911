import { expect, test } from "bun:test";
import { closeSync, readFileSync, statSync, symlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { openLog } from "./open-log.ts";

test("a log is this user's alone, goes on where it was, and is put aside when it is long", () => {
  using folder = createTestFolder();
  const path = join(folder.path, "server.log");
  const write = (text: string, limit?: number): void => {
    const log = openLog(path, limit);
    writeSync(log, text);
    closeSync(log);
  };
  write("one ");
  write("two ");
  expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["one two ", 0o600]);
  write("three", 4);
  expect([readFileSync(`${path}.1`, "utf8"), readFileSync(path, "utf8")]).toEqual(["one two ", "three"]);
});

test("a link is not written through", () => {
  using folder = createTestFolder();
  symlinkSync("elsewhere", join(folder.path, "server.log"));
  expect(() => openLog(join(folder.path, "server.log"))).toThrow("it is a symbolic link");
});
