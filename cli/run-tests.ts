import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { usageError } from "./cli-error.ts";
import type { CliContext, OutputStream } from "./context.ts";
import { exitCodeOfStop, type ExitCode } from "./exit.ts";

/**
 * Runs `bun test` with these arguments and gives its exit code.
 *
 * @throws {CliError} that says how to install Bun, where it is not.
 */
export async function runTests(
  rawArguments: readonly string[],
  context: CliContext,
  isBun = process.versions["bun"] !== undefined,
): Promise<ExitCode> {
  const bun = isBun ? process.execPath : await installedBun(context);
  if (bun === undefined) {
    throw usageError(
      "Cannot run the tests: they run under Bun, which is not installed",
      'install it with "npm install --save-dev bun", or see https://bun.sh',
    );
  }
  // A stop is the tests' to answer: a terminal sends it to them, too.
  using _ = context.onSignal(() => undefined);
  return await codeOf(bun, ["test", ...rawArguments], context);
}

async function installedBun({ cwd, env }: CliContext): Promise<string | undefined> {
  const folders = [join(cwd, "node_modules", ".bin"), ...(env["PATH"] ?? "").split(delimiter)];
  const names = process.platform === "win32" ? ["bun.exe", "bun.cmd"] : ["bun"];
  for (const file of folders.flatMap((folder) => names.map((name) => join(folder, name)))) {
    const isProgram = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isProgram) return file;
  }
  return undefined;
}

function codeOf(program: string, argv: readonly string[], { cwd, env, stdout, stderr }: CliContext): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    // A terminal stays one for the tests, so that they have colours.
    const child = spawn(program, argv, { cwd, env, stdio: ["inherit", pipeOf(stdout), pipeOf(stderr)] });
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => stdout.write(chunk));
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => stderr.write(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal === "SIGINT" || signal === "SIGTERM") return resolve(exitCodeOfStop(signal));
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the codes of bun test mean is for bun test to say
      resolve((code ?? 1) as ExitCode);
    });
  });
}

function pipeOf({ isTTY }: OutputStream): "inherit" | "pipe" {
  return isTTY === true ? "inherit" : "pipe";
}
