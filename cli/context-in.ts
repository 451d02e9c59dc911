import type { CliContext } from "./context.ts";

/** The same process, as if it worked in another folder. */
export function contextIn(cwd: string, context: CliContext): CliContext {
  // What the context computes when it is asked, such as stdin, stays so.
  const changed: unknown = Object.create(context, { cwd: { value: cwd, enumerable: true } });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all but the folder is inherited
  return changed as CliContext;
}
