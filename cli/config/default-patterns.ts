/** Where agents are looked for in a project that does not say. */
export const agentPatterns: readonly string[] = ["agents/**/*.agent.{ts,mts,js,mjs}"];

/** Where workflows are looked for in a project that does not say. */
export const workflowPatterns: readonly string[] = ["workflows/**/*.{o8.json,workflow.{ts,mts,js,mjs}}"];
