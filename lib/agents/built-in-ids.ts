/** The ids of the built-in agents, for whoever need not load them. */
export const builtInIds: ReadonlySet<string> = new Set([
  "@orchestr8/hello-world",
  "@orchestr8/http",
  "@orchestr8/transform",
  "@orchestr8/file",
  "@orchestr8/command",
]);
