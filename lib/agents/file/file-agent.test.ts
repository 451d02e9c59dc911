import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { runProgram, runtimes } from "../fixtures/run-program.ts";

/** What comes of each scenario, on every runtime. */
const expected: Readonly<Record<string, unknown>> = {
  "reads text, JSON and bytes": [
    {
      size: 7,
      content: '{"a":1}',
    },
    {
      size: 7,
      content: {
        a: 1,
      },
    },
    {
      size: 2,
      content: "AP8=",
    },
  ],
  "refuses what is not in its format": [
    "VALUE_NOT_JSON",
    "VALUE_NOT_JSON",
    'ValidationError: Cannot call agent "@orchestr8/file": its input at "/content" must be a string in the format "text"',
  ],
  "writes text, JSON and bytes, and the folders that lead there": [
    [2, 23, 2],
    "ü",
    '{\n  "b": [\n    1\n  ]\n}\n',
    [0, 255],
  ],
  "leaves nothing beside what it wrote": ["a.json", "bytes", "new"],
  "gives new files the operator's mode, and keeps that of others": ["600", "640"],
  "replaces a file, and never writes into it": ["new", '{"a":1}'],
  "refuses paths that are no plain relative ones": [
    'its path must be relative, with "/" between its parts, and without "." and ".."',
    false,
  ],
  "refuses links that lead out, to read and to write": [
    'ValidationError: Cannot use file "out/secret": its path must not lead out of the operator\'s folder',
    'ValidationError: Cannot use file "link": its path must name a file, and no link',
    'ValidationError: Cannot use file "out/new": its path must not lead out of the operator\'s folder',
    'ValidationError: Cannot use file "out/new/deep": its path must not lead out of the operator\'s folder',
    'ValidationError: Cannot use file "link": its path must name a file, and no link',
    ["project", "secret"],
    "secret",
  ],
  "follows links of folders inside": [
    {
      size: 7,
      content: {
        a: 1,
      },
    },
    1,
  ],
  "refuses what is hidden, by name and by link, unless the operator allows it": [
    'ValidationError: Cannot use file ".git/config": its path must not have a part that begins with a dot',
    'ValidationError: Cannot use file "git/config": its path must not lead to what is hidden',
    {
      size: 6,
      content: "hidden",
    },
  ],
  "refuses what is no file": [
    'ValidationError: Cannot use file "data": its path must name a file',
    'ValidationError: Cannot use file "pipe": its path must name a file',
    'ValidationError: Cannot use file "data": its path must name a file, and no link',
    'ValidationError: Cannot read file "none": there is no such file',
  ],
  "notices a folder that is exchanged for a link": [true, false],
  "keeps to its size": ["VALUE_TOO_LARGE", "VALUE_TOO_LARGE", 1000],
  "only reads unless its operator says otherwise":
    'ValidationError: Cannot write file "data/new": the operator lets files be read only',
  "needs a folder":
    'ValidationError: Cannot configure agent "@orchestr8/file": its config at "/root" must name a folder that exists',
  "runs in a workflow that its operator lets it": [
    {
      status: "completed",
      output: {
        call: {
          path: "data/a.json",
          size: 7,
          content: {
            a: 1,
          },
        },
      },
    },
    'AgentNotFoundError: Cannot use agent "@orchestr8/file": its operator must configure it, with agentConfig',
  ],
};

describe.each(runtimes)("@orchestr8/file on %s", (runtime) => {
  let results: Readonly<Record<string, unknown>> = {};

  beforeAll(async () => {
    results = await runProgram(join(import.meta.dir, "fixtures/file-scenarios.ts"), runtime);
  }, 60_000);

  test.each(Object.keys(expected))("%s", (name) => {
    expect(results[name]).toEqual(expected[name]);
  });

  test("is held to all that is tried", () => {
    expect(Object.keys(results)).toEqual(Object.keys(expected));
  });
});
