import type { DetailedDoc } from "./doc.ts";

/** What editors show of a workflow's top level. */
export const documentDocs: DetailedDoc = {
  text: "A workflow of orchestr8: steps that call agents, run workflows or wait, and what holds for all of them.",
  snippets: [
    {
      label: "Workflow",
      description: "A workflow with one step",
      body: {
        version: "1.0.0",
        metadata: { id: "${1:my-workflow}", name: "${2:What it does}" },
        steps: [
          { id: "${3:greeting}", agent: { id: "${4:@orchestr8/hello-world}" }, input: { message: "${5:Hello}" } },
        ],
      },
    },
  ],
  properties: {
    $schema: "The JSON Schema that editors complete and check this file with. It has no effect on a run.",
    version: {
      text: "The workflow's own version, a semantic version. Change it when what the workflow does changes.",
      examples: ["1.0.0"],
    },
    metadata: {
      text: "What the workflow is called.",
      snippets: [
        {
          label: "Id and name",
          description: "What a workflow must be called",
          body: { id: "${1:my-workflow}", name: "${2:What it does}" },
        },
      ],
      properties: {
        id: {
          text: "The name in commands, URLs and `workflow.id` of other workflows: a letter or digit and then up to 127 letters, digits, dots, `_` or `-`.",
          examples: ["send-invoice"],
        },
        name: { text: "The name that people see, up to 255 characters.", examples: ["Send the invoice"] },
        description: "What the workflow is for.",
        tags: { text: "Words to find it by.", examples: [["billing"]] },
      },
    },
    input: {
      text: "JSON Schema of what callers pass, read as `${input.…}`. A run is refused when its input does not fit; defaults of properties apply.",
      snippets: [
        {
          label: "An object with one property",
          description: "The usual form of an input",
          body: {
            type: "object",
            properties: { "${1:name}": { type: "${2:string}" } },
            required: ["${1:name}"],
            additionalProperties: false,
          },
        },
      ],
    },
    context: {
      text: "What the workflow brings along for all of its steps.",
      properties: {
        variables: {
          text: "Constants of any JSON type, read as `${variables.name}`. They hold no expressions.",
          examples: [{ language: "en" }],
        },
        environment: {
          text: "Names of environment variables, read as `${env.NAME}`. Whoever runs the workflow must allow them.",
          examples: [["REGION"]],
        },
        secretRefs: {
          text: "Secrets, read as `${secrets.name}`: always as a whole value, and only in an agent's `input` or `config`.",
          examples: [["secret://github/token"]],
        },
      },
    },
    steps:
      "What the workflow does, 1 to 10,000 steps. A step starts when the steps it depends on have settled, whatever the order here.",
    output: {
      text: "What the run gives: any JSON, with expressions inside. Without it, an object with the output of each step.",
      examples: ["${steps.greeting.output}", { text: "${steps.greeting.output.result}" }],
    },
    policySets: "Policies that steps, or the whole workflow, name with `use`. They hold no expressions.",
    policies: "What holds for the whole run, and for each step that says nothing else.",
  },
};
