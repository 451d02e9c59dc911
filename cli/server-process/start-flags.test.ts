import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { flagsOf, idleMsOf } from "./start-flags.ts";

const none = {
  port: undefined,
  host: undefined,
  "allow-host": [],
  token: undefined,
  "no-auth": false,
  "max-executions": undefined,
  idle: undefined,
  durability: undefined,
  "state-dir": undefined,
  env: [],
  secret: [],
  "secrets-file": undefined,
  "secrets-dir": undefined,
  "max-concurrency": undefined,
};

test("what a server was started with starts another one alike, without its token", () => {
  expect(flagsOf(none)).toEqual([]);
  const values = {
    ...none,
    port: "9000",
    "allow-host": ["a", "b"],
    token: "secret",
    "no-auth": true,
    idle: "1h",
    env: ["A=1"],
    secret: ["key=KEY"],
    "secrets-file": "secrets.json",
  };
  expect(flagsOf(values)).toEqual([
    "--port=9000",
    "--allow-host=a",
    "--allow-host=b",
    "--no-auth",
    "--idle=1h",
    "--env=A=1",
    "--secret=key=KEY",
    `--secrets-file=${resolve("secrets.json")}`,
  ]);
  expect([idleMsOf(values), idleMsOf(none)]).toEqual([3_600_000, undefined]);
});
