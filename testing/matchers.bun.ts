// Teaches the `expect` of `bun test` what can be said of a run: `import "orchestr8/testing/bun"` once, in a test file or in
// what `bunfig.toml` preloads. Bun's types are needed here and nowhere else.
import { expect } from "bun:test";
import { runMatchers, type RunMatchers } from "./matchers.ts";

declare module "bun:test" {
  // oxlint-disable-next-line typescript/no-unused-vars -- a merged declaration repeats the parameters
  interface Matchers<T> extends RunMatchers {}
}

expect.extend(runMatchers);

export { runMatchers, type RunMatchers };
