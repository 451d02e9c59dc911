import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { leaveExecution } from "../fixtures/left-execution.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { approval } from "../fixtures/workflows.ts";

const main = resolve(import.meta.dir, "../main.ts");
const folder = createTestFolder();
afterAll(() => folder[Symbol.dispose]());
folder.write("approval.o8.json", approval);
folder.write("notes.txt", "");
mkdirSync(join(folder.path, "flows"));
mkdirSync(join(folder.path, "bin"));
folder.write("bin/orchestr8", `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
chmodSync(join(folder.path, "bin/orchestr8"), 0o755);
const id = await leaveExecution(folder.path, "approval.o8.json");

const env = { ...process.env, PATH: `${join(folder.path, "bin")}:${process.env["PATH"]}`, HOME: folder.path };

async function output(...command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd: folder.path,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 30_000,
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  expect(err).toBe("");
  return out;
}

/** What bash would put in place of the last word. */
async function inBash(line: string): Promise<readonly string[]> {
  const script = `source <(orchestr8 completions bash)
COMP_LINE=$1; COMP_POINT=\${#COMP_LINE}
_orchestr8
[ \${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "\${COMPREPLY[@]}"`;
  return (await output("bash", "--norc", "--noprofile", "-c", script, "bash", line)).split("\n").slice(0, -1);
}

async function inFish(line: string): Promise<readonly string[]> {
  const script = `orchestr8 completions fish | source; complete -C $argv[1]`;
  const out = await output("fish", "--no-config", "-c", script, line);
  return out
    .split("\n")
    .slice(0, -1)
    .map((each) => each.split("\t")[0] ?? "");
}

/** What stands on the line of a zsh, in a terminal of its own, after each of `lines` and its completion. */
async function inZsh(lines: readonly string[]): Promise<readonly string[]> {
  let screen = "";
  let onText: () => void = () => undefined;
  const child = Bun.spawn(["zsh", "-f", "-i"], {
    cwd: folder.path,
    env: { ...env, TERM: "dumb", PS1: "> " },
    timeout: 30_000,
    terminal: {
      cols: 200,
      rows: 24,
      data(_terminal, bytes) {
        screen += new TextDecoder().decode(bytes);
        onText();
      },
    },
  });
  const until = async (text: string): Promise<void> => {
    while (!screen.includes(text)) {
      const more = new Promise<void>((wake) => (onText = wake));
      const hasEnded = await Promise.race([more, child.exited.then(() => true)]);
      if (hasEnded === true) throw new Error(`zsh ended before it showed "${text}": ${screen}`);
    }
  };
  child.terminal?.write(`${zshSetup.join("; ")}; print re''ady\n`);
  await until("ready");
  const completed: string[] = [];
  for (const line of lines) {
    screen = "";
    // Clears the line before, types this one and completes it. No key comes while the completion is made: where it asks a
    // program the terminal may be that program's, and take the key for itself.
    child.terminal?.write(`\u0015${line}\u0014`);
    await until("}END");
    completed.push(screen.slice(screen.lastIndexOf("LINE{") + 5, screen.lastIndexOf("}END")).trimEnd());
  }
  child.kill("SIGKILL");
  await child.exited;
  return completed;
}

const zshSetup = [
  "autoload -Uz compinit",
  "compinit -u -D",
  "source <(orchestr8 completions zsh)",
  // Completes the line that is being edited, and shows it.
  `complete-and-show() { zle expand-or-complete; print -r -- "LI""NE{$BUFFER}E""ND" }`,
  "zle -N complete-and-show",
  "bindkey '^T' complete-and-show",
];

const has = (shell: string): boolean => Bun.which(shell) !== null;

describe.skipIf(!has("bash"))("bash (skipped where there is none)", () => {
  test.each([
    ["orchestr8 validat", ["validate"]],
    ["orchestr8 run --durability f", ["full", "fast"]],
    // bash keeps what stands before "=" and ":".
    ["orchestr8 run --durability=m", ["memory"]],
    ["orchestr8 inspect latest:w", ["waiting"]],
    ["orchestr8 run appr", ["approval.o8.json"]],
    ["orchestr8 run ", ["bin/", "flows/", "approval.o8.json"]],
    [`orchestr8 inspect ${id.slice(0, 20)}`, [id]],
  ])(
    "completes: %s",
    async (line, expected) => {
      expect((await inBash(line)).toSorted()).toEqual(expected.toSorted());
    },
    30_000,
  );
});

describe.skipIf(!has("fish"))("fish (skipped where there is none)", () => {
  test.each([
    ["orchestr8 validat", ["validate"]],
    ["orchestr8 run --durability f", ["fast", "full"]],
    ["orchestr8 inspect latest:w", ["latest:waiting"]],
    ["orchestr8 run appr", ["approval.o8.json"]],
    [`orchestr8 inspect ${id.slice(0, 20)}`, [id]],
  ])(
    "completes: %s",
    async (line, expected) => {
      expect((await inFish(line)).toSorted()).toEqual(expected);
    },
    30_000,
  );
});

describe.skipIf(!has("zsh"))("zsh (skipped where there is none)", () => {
  test("completes commands, values, files and executions", async () => {
    const lines = [
      ["orchestr8 validat", "orchestr8 validate"],
      ["orchestr8 run --durability me", "orchestr8 run --durability memory"],
      ["orchestr8 run appr", "orchestr8 run approval.o8.json"],
      ["orchestr8 run fl", "orchestr8 run flows/"],
      ["orchestr8 inspect latest:w", "orchestr8 inspect latest:waiting"],
    ] as const;
    expect(await inZsh(lines.map(([line]) => line))).toEqual(lines.map(([, completed]) => completed));
  }, 60_000);
});
