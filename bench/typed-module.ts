/**
 * A module with a workflow of this many typed steps, in which each reads the one before: fields, texts, conditions,
 * defaults, items and repeats, as people write them.
 */
export function typedModule(steps: number): string {
  const lines = Array.from({ length: steps - 1 }, (_, index) => stepLine(index + 1));
  return `import * as v from "valibot";
import { and, defineAgent, defineWorkflow, equals, greaterThan, text } from "orchestr8";

const Item = v.object({ title: v.string(), score: v.number(), tags: v.array(v.string()) });
const search = defineAgent({
  id: "@types/search",
  version: "1.0.0",
  input: v.object({ query: v.string(), limit: v.optional(v.number(), 10) }),
  output: v.object({ items: v.array(Item), total: v.number(), note: v.optional(v.string()) }),
  execute: () => ({ items: [], total: 0 }),
});

export default defineWorkflow({
  id: "typed",
  version: "1.0.0",
  input: v.object({ topic: v.string(), limit: v.number() }),
  variables: { style: "plain", sites: ["a", "b"] },
  steps: ({ input, variables, step }) => {
    const s0 = step("s0", { agent: search, input: { query: input.topic, limit: input.limit } });
${lines.join("\n")}
    return { last: s${steps - 1}.output, style: variables.style };
  },
});
`;
}

function stepLine(index: number): string {
  const before = `s${index - 1}`;
  const id = `s${index}`;
  // Every kind of step leaves an output of the same shape, so that the next one can be of any kind.
  switch (index % 4) {
    case 1:
      return `    const ${id} = step("${id}", { agent: search, input: { query: text\`\${${before}.output.items[0].title} of \${input.topic}\`, limit: ${before}.output.total } });`;
    case 2:
      return `    const ${id} = step("${id}", { agent: search, input: { query: ${before}.output.note.default("none") }, dependsOn: [${before}], policies: { timeout: "5s" } });`;
    case 3:
      return `    const ${id} = step("${id}", { agent: search, input: { query: ${before}.output.items[0].tags[0] }, repeat: { until: (output) => and(greaterThan(output.total, 3), equals(output.items[0].title, "x")), maxIterations: 3 } });`;
    default:
      return `    const ${id} = step("${id}", { input: { from: ${before}.output, site: variables.sites[0] }, run: ({ from }) => ({ ...from, total: from.total + 1 }) });`;
  }
}
