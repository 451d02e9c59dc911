/** The text of a workflow file with steps as people write them: references, templates, policies, fallbacks. */
export function realisticText(steps: number): string {
  return JSON.stringify(
    {
      version: "1.4.0",
      metadata: { id: "nightly", name: "Nightly", tags: ["night", "bench"] },
      input: {
        type: "object",
        properties: { topic: { type: "string" }, limit: { type: "integer" } },
        required: ["topic", "limit"],
      },
      context: { variables: { region: "eu-west-1", lang: "en" } },
      steps: Array.from({ length: steps }, (_, index) => realisticStep(index)),
      output: { last: `\${steps.s${steps - 1}.output.text ?? ''}` },
      policies: { timeout: { global: "1h", perStep: "20s" }, concurrency: { maxConcurrentSteps: 20 } },
    },
    null,
    2,
  );
}

/** Ten shapes in turn. A step reads the one before it, so that the graph is one long chain with a few arms. */
function realisticStep(index: number): object {
  const earlier = index === 0 ? undefined : `s${index - 1}`;
  const input = {
    query: earlier === undefined ? "${input.topic}" : `\${steps.${earlier}.output.text ?? 'none'}`,
    note: `Run \${execution.id} in \${variables.region}, item ${index} of \${input.topic}`,
    limit: index % 50,
    options: { lang: "${variables.lang}", strict: true, tags: ["a", "b"] },
  };
  const base = {
    id: `s${index}`,
    name: `Step number ${index}`,
    agent: { id: "@bench/worker", version: "^1.0.0" },
    input,
  };
  switch (index % 10) {
    case 1:
      return { ...base, policies: { timeout: "30s", retry: { maxAttempts: 4, baseDelay: "500ms", jitter: "full" } } };
    case 3:
      return {
        ...base,
        condition:
          earlier === undefined ? "input.limit > 3" : `exists(steps.${earlier}.output.text) && input.limit > 3`,
      };
    case 4:
      return {
        ...base,
        onError: "continue",
        policies: { retry: { maxAttempts: 2 }, circuitBreaker: { failureThreshold: 3, resetTimeout: "1m" } },
      };
    case 6:
      return { ...base, dependencies: index > 5 ? [`s${index - 5}`] : [] };
    case 8:
      return {
        ...base,
        description: "Asks again until the answer is long enough",
        repeat: { until: "length(output.text) > 20", maxIterations: 5, delay: "1s" },
      };
    default:
      return base;
  }
}

/** Steps so short that 10,000 of them, the most a file may have, fit into the largest file. */
export function terseText(steps: number): string {
  return JSON.stringify({
    version: "1.0.0",
    metadata: { id: "wide", name: "Wide" },
    steps: Array.from({ length: steps }, (_, index) => ({
      id: `s${index}`,
      agent: { id: "@bench/worker" },
      input: { query: index === 0 ? "start" : `\${steps.s${index - 1}.output.text}` },
    })),
  });
}
