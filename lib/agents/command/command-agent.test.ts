import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { runProgram, runtimes } from "../fixtures/run-program.ts";

/** What comes of each scenario, on every runtime. */
const expected: Readonly<Record<string, unknown>> = {
  "hands arguments over as they are": {
    exitCode: 0,
    stdout: "$HOME|a b|; ls|`id`|*|",
    stderr: "",
  },
  "hands over its standard input": {
    exitCode: 0,
    stdout: "given ü",
    stderr: "",
  },
  "reads its output as asked": [
    {
      exitCode: 0,
      stdout: {
        a: 1,
      },
      stderr: "",
    },
    {
      exitCode: 0,
      stdout: "YQ==",
      stderr: "",
    },
    {
      name: "InvalidValueError",
      message: 'Cannot run program "cat": what it wrote is not JSON',
      kind: "validation",
      isRetryable: false,
    },
  ],
  "gives no more environment than its operator": {
    exitCode: 0,
    stdout: "PATH=/usr/bin:/bin\nLANG=C\n",
    stderr: "",
  },
  "runs in its operator's folder": {
    exitCode: 0,
    stdout: "/\n",
    stderr: "",
  },
  "fails on an exit code": {
    name: "CommandError",
    message: 'Cannot run program "fail": it ended with exit code 3',
    kind: "unknown",
    isRetryable: false,
  },
  "takes an exit code that is expected": {
    exitCode: 3,
    stdout: "",
    stderr: "broken\n",
  },
  "tries again after a temporary failure": {
    name: "CommandError",
    message: 'Cannot run program "fail": it ended with exit code 75',
    kind: "retryable",
    isRetryable: true,
  },
  "says which signal ended a program": {
    name: "CommandError",
    message: 'Cannot run program "die": SIGKILL ended it',
    kind: "unknown",
    isRetryable: false,
  },
  "ends a program that writes too much": {
    name: "InvalidValueError",
    message: 'Cannot run program "endless": it wrote more than 10000 bytes',
    kind: "validation",
    isRetryable: false,
  },
  "does not mind a program that reads nothing": {
    exitCode: 0,
    stdout: "a|",
    stderr: "",
  },
  "refuses programs that are not allowed": {
    name: "ValidationError",
    message: 'Cannot run program "rm": the operator allows "cat", "print"',
    kind: "validation",
    isRetryable: false,
  },
  "refuses to allow what is not installed": [
    {
      name: "ValidationError",
      message:
        'Cannot configure agent "@orchestr8/command": its config at "/programs/x/0" must be a program that is installed, "no-such-program" is not',
      kind: "validation",
      isRetryable: false,
    },
    {
      name: "ValidationError",
      message:
        'Cannot configure agent "@orchestr8/command": its config at "/programs/x/0" must be a program that is installed, "/etc/passwd" is not',
      kind: "validation",
      isRetryable: false,
    },
  ],
  "asks a program to end when it is stopped": [
    {
      name: "AbortError",
      message: "enough",
      kind: "unknown",
      isRetryable: true,
    },
    true,
    false,
  ],
  "kills one that does not, with all it has started": [
    {
      name: "AbortError",
      message: "enough",
      kind: "unknown",
      isRetryable: true,
    },
    false,
    false,
  ],
  "leaves nothing of a program that has ended": {
    exitCode: 0,
    stdout: "done\n",
    stderr: "",
  },
  "starts nothing once it is stopped": {
    name: "Error",
    message: "stopped",
    kind: "unknown",
    isRetryable: true,
  },
  "runs in a workflow that its operator lets it": [
    {
      status: "completed",
      output: {
        call: {
          exitCode: 0,
          stdout: "hello",
          stderr: "",
        },
      },
    },
    'AgentNotFoundError: Cannot use agent "@orchestr8/command": its operator must configure it, with agentConfig',
  ],
};

describe.each(runtimes)("@orchestr8/command on %s", (runtime) => {
  let results: Readonly<Record<string, unknown>> = {};

  beforeAll(async () => {
    results = await runProgram(join(import.meta.dir, "fixtures/command-scenarios.ts"), runtime);
  }, 60_000);

  test.each(Object.keys(expected))("%s", (name) => {
    expect(results[name]).toEqual(expected[name]);
  });

  test("is held to all that is tried", () => {
    expect(Object.keys(results)).toEqual(Object.keys(expected));
  });
});
