import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What a child process is made of. */
export interface Program {
  readonly runtime: Runtime;
  readonly command: readonly [string, ...string[]];
}

export type Runtime = (typeof runtimes)[number];
export const runtimes = ["bun", "node"] as const;

/**
 * Programs that start fast, since thousands are started: one file each, with all but what is compiled for this machine.
 * They lie below this folder, from where Node finds that.
 */
export class Programs implements Disposable {
  readonly #folder = mkdtempSync(join(import.meta.dirname, ".tmp-programs-"));

  build(name: string, runtime: Runtime): Program {
    const target = join(this.#folder, `${name}.${runtime}.mjs`);
    const source = join(import.meta.dirname, `${name}.ts`);
    const options = [`--target=${runtime}`, "--external=libsql", "--minify-syntax", `--outfile=${target}`];
    const { status, stderr } = spawnSync("bun", ["build", source, ...options], { encoding: "utf8" });
    if (status !== 0) throw new Error(`Cannot build "${name}" for ${runtime}: ${stderr}`);
    return { runtime, command: [runtime, target] };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
