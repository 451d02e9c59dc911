import type { DetailedDoc } from "./doc.ts";
import { formatDefaults } from "./format-defaults.ts";

export const stepDocs: DetailedDoc = {
  text: "One unit of work: it calls an agent, runs a workflow, or waits.",
  snippets: [
    {
      label: "Call an agent",
      description: "A step that calls an agent with an input",
      body: { id: "${1:step}", agent: { id: "${2:@orchestr8/hello-world}" }, input: { "${3:message}": "${4:Hello}" } },
    },
    {
      label: "Run a workflow",
      description: "A step that runs another workflow as a child",
      body: { id: "${1:step}", workflow: { id: "${2:child}" }, input: {} },
    },
    {
      label: "Wait for a signal",
      description: "A step that waits until a person or a program sends a signal",
      body: { id: "${1:approval}", wait: { signal: "${2:approve}", timeout: "${3:7d}" } },
    },
  ],
  properties: {
    id: {
      text: "The name other steps use: a letter or `_` and then up to 127 letters, digits, `_` or `-`. No two steps have the same.",
      examples: ["fetch-page"],
    },
    name: "The name that people see, up to 255 characters.",
    description: "What the step is for.",
    agent: "The agent to call. A step has one of `agent`, `workflow` and `wait`.",
    workflow: {
      text: "The workflow to run as a child. Its output is the step's. A step has one of `agent`, `workflow` and `wait`.",
      properties: {
        id: {
          text: "The `metadata.id` of a workflow that is registered where this one runs. Or there is a `file`.",
          examples: ["send-invoice"],
        },
        file: {
          text: "A workflow file of the project, relative to this one. It becomes part of this workflow.",
          examples: ["./child.o8.json"],
        },
      },
    },
    output: {
      text: "What the step says of its own output.",
      properties: {
        schema: "JSON Schema of the output, checked after the agent's own. An output that does not fit fails the step.",
        redact: {
          text: "Paths below the output whose values the journal does not show. Steps still read them.",
          examples: [["customer.email"]],
        },
      },
    },
    wait: "What to wait for; it survives the end of the process. A step has one of `agent`, `workflow` and `wait`.",
    input: {
      text: "What the agent or the workflow gets: any JSON, with expressions such as `${steps.fetch.output.title}` inside. A string that is one expression keeps the value's type.",
      default: {},
    },
    dependencies: {
      text: "Ids of steps that must settle first. A step that an expression refers to is waited for without being listed.",
      default: [],
    },
    condition: {
      text: "An expression without `${` and `}`. When it is false, the step is skipped.",
      examples: ["input.amount > 1000", "exists(steps.fetch.output.next)"],
    },
    forEach: "Runs the step once for each item of an array. Its output is the array of outputs, in item order.",
    repeat: "Runs the step again until its output is right. Its output is the last one.",
    onError: {
      text: "What happens when the step has failed for good.",
      default: "fail",
      values: {
        fail: "The run fails; `policies.concurrency.onFailure` says what becomes of running steps.",
        continue: "The run goes on. The step has no output, so whoever reads it needs a default after `??`.",
        fallback: "The step named by `fallbackStepId` runs, and its output stands for this step's.",
        retry:
          "Every failure is tried again under the retry policy, whatever its kind, but for wrong input and cancellation. Then the run fails.",
      },
    },
    fallbackStepId: 'The step that runs only if this one fails. Needs `"onError": "fallback"`.',
    compensate: {
      text: "Undoes this step when the run fails or is cancelled after the step completed. The last to complete is undone first.",
      snippets: [
        {
          label: "Undo by an agent",
          description: "The agent that undoes the step, and what it gets",
          body: { agent: { id: "${1:@acme/cancel-order}" }, input: { "${2:id}": "${3:order}" } },
        },
      ],
      properties: {
        agent: "The agent that undoes.",
        input: { text: "What that agent gets: any JSON, with expressions inside.", default: {} },
      },
    },
    policies: {
      text: "What holds for this step alone. It overrides the workflow's policies field by field.",
      properties: {
        use: "The name of a set in `policySets`. What stands beside it overrides the set field by field.",
        idempotencyKey: {
          text: "Text with expressions that names the effect of the step, in place of the usual key.",
          examples: ["order-${input.order}"],
        },
        timeout: {
          text: "Limit for one attempt: milliseconds, or text such as `30s`. A step that runs a workflow has none unless it says so.",
          default: formatDefaults.stepTimeout,
          examples: ["5s", "2m"],
        },
        retry: "How failed attempts are tried again. A step that runs a workflow makes 1 attempt unless it says so.",
        circuitBreaker: "When to stop calling an agent that keeps failing, over all runs of an engine.",
        bulkhead:
          "How many attempts of the agent may run at once, over all runs of an engine. Off unless it is here or in the workflow's policies.",
        rateLimit:
          "How many attempts may start in a time, over all runs of an engine. Off unless it is here or in the workflow's policies.",
      },
    },
  },
};

export const agentDocs: DetailedDoc = {
  text: "An agent, and how it is set up.",
  snippets: [{ label: "An agent", description: "An agent by its id", body: { id: "${1:@orchestr8/hello-world}" } }],
  properties: {
    id: { text: "The agent's id.", examples: ["@orchestr8/hello-world", "@acme/search"] },
    version: { text: "A semver range. Without it the newest release is called.", examples: ["^1.2.0"] },
    config: "How the agent is set up: any JSON that its own schema allows, with expressions inside.",
  },
};

export const waitDocs: DetailedDoc = {
  text: "A wait for one of a time span, a moment, and a signal.",
  snippets: [
    { label: "For a time", description: "Waits for a time span", body: { for: "${1:1h}" } },
    { label: "Until a moment", description: "Waits until a time", body: { until: "${1:2030-01-01T09:00:00Z}" } },
    { label: "For a signal", description: "Waits for a signal", body: { signal: "${1:approve}", timeout: "${2:7d}" } },
  ],
  properties: {
    for: {
      text: "A time span above 0, up to 3653 days: milliseconds, or text such as `30s`.",
      examples: ["30s", "7d"],
    },
    until: {
      text: "An ISO 8601 time with an offset, or an expression that gives one.",
      examples: ["2030-01-01T09:00:00+01:00", "${input.date}T09:00:00Z"],
    },
    signal: {
      text: "The name of a signal, as sent by `orchestr8 signal` or over HTTP. Its payload is the step's output.",
      examples: ["approve"],
    },
    timeout: {
      text: "How long to wait for the signal at most. Then the step fails. Without it, as long as it takes.",
      examples: ["7d"],
    },
  },
};

export const forEachDocs: DetailedDoc = {
  text: "Runs the step once for each item.",
  snippets: [{ label: "Each item", description: "Runs once for each item", body: { items: "${1:input.items}" } }],
  properties: {
    items: {
      text: "An expression, without `${` and `}`, that gives an array. In the step's templates, `item` and `index` stand for one of its items.",
      examples: ["steps.search.output.items"],
    },
    maxConcurrency: "Items of this step at once. Without it, as many as the run's limit lets run.",
  },
};

export const repeatDocs: DetailedDoc = {
  text: "Runs the step again until its output is right.",
  snippets: [
    {
      label: "Until it is right",
      description: "Runs again until an expression holds",
      body: { until: "${1:output.ready == true}", maxIterations: "^${2:10}", delay: "${3:30s}" },
    },
  ],
  properties: {
    until: {
      text: "An expression, without `${` and `}`, looked at after each run. `output` stands for what the run gave.",
      examples: ["length(output.items) > 0"],
    },
    maxIterations: "Runs in total, 1 to 10,000. After the last one the step completes, whatever `until` says.",
    delay: { text: "The time between two runs: milliseconds, or text such as `30s`.", default: 0, examples: ["30s"] },
  },
};
