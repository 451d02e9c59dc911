import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { typedModule } from "./typed-module.ts";

/** What the types of a workflow cost whoever writes it: `tsc` over a module, beside the package's own declarations. */
const sizes = [2, 100, 500];
const rounds = 3;
const root = resolve(import.meta.dirname, "..");
const tsc = join(root, "node_modules/.bin/tsc");
const project = mkdtempSync(join(root, "bench", ".snippets-"));

function check(args: readonly string[]): string {
  const { stdout, status } = spawnSync(tsc, [...args], { cwd: project, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot check the types: tsc says\n${stdout}`);
  return stdout;
}

function figure(report: string, name: string): number {
  return Number(new RegExp(`^${name}: +([\\d.]+)`, "m").exec(report)?.[1]);
}

try {
  const installed = join(project, "node_modules/orchestr8");
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  check([
    "-p",
    join(root, "tsconfig.build.json"),
    "--noCheck",
    "--emitDeclarationOnly",
    "--outDir",
    join(installed, "dist"),
  ]);
  for (const name of ["valibot", "@opentelemetry"]) {
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
  }
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  const compilerOptions = {
    module: "NodeNext",
    target: "ES2023",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  for (const size of sizes) {
    writeFileSync(join(project, "flow.ts"), typedModule(size));
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["flow.ts"] }));
    const reports = Array.from({ length: rounds }, () =>
      check(["-p", ".", "--extendedDiagnostics", "--singleThreaded"]),
    );
    const best = (name: string): number => Math.min(...reports.map((report) => figure(report, name)));
    const times = `check ${best("Check time")} s, in all ${best("Total time")} s`;
    process.stdout.write(`${size} steps: ${best("Instantiations")} instantiations, ${times}\n`);
  }
} finally {
  rmSync(project, { recursive: true, force: true });
}
