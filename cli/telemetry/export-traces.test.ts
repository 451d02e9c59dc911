import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { context, propagation, trace } from "@opentelemetry/api";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineAgent, defineWorkflow } from "../../lib/index.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { FakeContext } from "../fixtures/fake-context.ts";
import { collectTraces, type CollectedSpan, type TraceCollector } from "../fixtures/trace-collector.ts";
import { exportTraces } from "./export-traces.ts";
import { isTracingInstalled } from "./is-tracing-installed.ts";
import { wantsTraces } from "./wants-traces.ts";

const root = resolve(import.meta.dir, "../..");
/** Inside the repository, where Node finds the packages. */
const folder = mkdtempSync(join(root, ".tmp-otlp-"));
const bundle = join(folder, "cli/main.js");
const file = join(folder, "flaky.mjs");
const runtimes = [
  ["bun", ["bun", join(root, "cli/main.ts")]],
  ["node", ["node", bundle]],
] as const;

/** A module that fails once, spelled without imports so that it runs anywhere. */
function flakyModule(): string {
  const agent = defineAgent({ id: "@test/flaky", version: "1.0.0", execute: () => ({}) });
  const { workflow } = defineWorkflow({
    id: "flaky",
    version: "1.0.0",
    policies: { resilience: { retry: { maxAttempts: 2, baseDelay: 1 } } },
    steps: ({ step }) => void step("fetch", { agent, input: {} }),
  });
  return `let calls = 0;
const execute = () => {
  calls += 1;
  if (calls === 1) throw Object.assign(new Error("busy"), { isRetryable: true, status: 503 });
  return { calls };
};
const agent = { id: "@test/flaky", version: "1.0.0", execute };
export default { workflow: ${JSON.stringify(workflow)}, agents: [agent] };
`;
}

beforeAll(() => {
  const { exitCode, stderr } = Bun.spawnSync(["bun", "cli/fixtures/bundle-cli.bun.ts", join(folder, "cli")], {
    cwd: root,
  });
  if (exitCode !== 0) throw new Error(`Cannot bundle the CLI: ${stderr.toString()}`);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(file, flakyModule());
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Without what the machine that runs the tests says of tracing. */
const plainEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("OTEL_")));

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function o8(command: readonly string[], argv: readonly string[], env: Record<string, string>): Promise<Ended> {
  const child = Bun.spawn([...command, ...argv], {
    cwd: folder,
    env: { ...plainEnv, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** The spans below one as names, in the order of the names. */
function treeOf(spans: readonly CollectedSpan[], parentId: string | undefined): readonly unknown[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parentId)
    .map(({ name, spanId }) => [name, treeOf(spans, spanId)])
    .toSorted((one, other) => String(one[0]).localeCompare(String(other[0])));
}

const spansOfFlaky = [
  [
    "orchestr8.execution",
    [
      [
        "orchestr8.step",
        [
          ["orchestr8.attempt", []],
          ["orchestr8.attempt", []],
          ["orchestr8.retry", []],
        ],
      ],
    ],
  ],
];

describe.each(runtimes)("exportTraces() on %s", (_runtime, command) => {
  const run = (env: Record<string, string>, ...flags: readonly string[]): Promise<Ended> =>
    o8(command, ["run", file, "--durability", "memory", "--json", ...flags], env);

  test("sends a run as one trace, each span with the correlation id, as the standard variables say", async () => {
    await using collector = await collectTraces();
    const ended = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: "x-team=blue",
      OTEL_SERVICE_NAME: "nightly",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    });
    expect(ended.exitCode).toBe(0);
    const { correlationId }: { readonly correlationId: string } = JSON.parse(ended.stdout);
    expect(treeOf(collector.spans, undefined)).toEqual(spansOfFlaky);
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(collector.spans.map(({ attributes }) => attributes["orchestr8.correlation_id"]))).toEqual(
      new Set([correlationId]),
    );
    expect(collector.requests[0]).toMatchObject({ path: "/v1/traces", headers: { "x-team": "blue" } });
    expect(collector.resources[0]).toMatchObject({
      "service.name": "nightly",
      "deployment.environment.name": "test",
    });
  }, 30_000);

  test("says the trace and the span in every log line", async () => {
    await using collector = await collectTraces();
    const { stderr } = await run({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/custom` }, "--verbose");
    const lines = stderr
      .trim()
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(lines.map(({ message }) => message)).toContain("retry scheduled");
    const spanIds = new Set(collector.spans.map(({ spanId }) => spanId));
    for (const line of lines) {
      expect(line).toEqual(
        expect.objectContaining({
          time: expect.any(String),
          level: expect.any(String),
          message: expect.any(String),
          executionId: expect.any(String),
          correlationId: expect.any(String),
          traceId: collector.spans[0]?.traceId,
        }),
      );
      expect(spanIds).toContain(String(line["spanId"]));
    }
    expect(collector.requests.map(({ path }) => path)).toEqual(["/custom"]);
  }, 30_000);

  test.each([
    [{ OTEL_SDK_DISABLED: "true" }],
    [{ OTEL_TRACES_EXPORTER: "none" }],
    [{ OTEL_TRACES_SAMPLER: "always_off" }],
  ])(
    "sends nothing with %j",
    async (env) => {
      await using collector = await collectTraces();
      const ended = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env });
      expect({ exitCode: ended.exitCode, requests: collector.requests }).toEqual({ exitCode: 0, requests: [] });
    },
    30_000,
  );

  test("completes a run that no collector hears of, and warns once", async () => {
    const gone = await collectTraces();
    await gone[Symbol.asyncDispose]();
    const ended = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: gone.url });
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ status: "completed" });
    expect(ended.stderr.match(/^warning: Cannot export .*$/gm)).toHaveLength(1);
  }, 30_000);

  test("warns once of a collector that refuses, and shows nothing of its answer", async () => {
    await using collector = await collectTraces(401);
    const ended = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr.match(/^warning: .*$/gm)).toEqual([
      "warning: Cannot export traces: the collector answered with status 401",
    ]);
  }, 30_000);

  test("continues the trace of an HTTP caller", async () => {
    await using collector = await collectTraces();
    await using server = await serve(command, collector);
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const reply = await fetch(`${server.url}/workflows/execute`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Prefer: "wait=20",
        traceparent: `00-${traceId}-b7ad6b7169203331-01`,
        "X-Correlation-ID": "order-7",
      },
      body: JSON.stringify({
        workflow: {
          version: "1.0.0",
          metadata: { id: "hello", name: "Hello" },
          steps: [{ id: "hi", agent: { id: "@orchestr8/hello-world" }, input: { message: "Hi" } }],
        },
      }),
    });
    expect(reply.status).toBe(200);
    await server.stop();
    expect(treeOf(collector.spans, "b7ad6b7169203331")).toEqual([
      ["orchestr8.execution", [["orchestr8.step", [["orchestr8.attempt", []]]]]],
    ]);
    for (const span of collector.spans) {
      expect(span).toMatchObject({ traceId, attributes: { "orchestr8.correlation_id": "order-7" } });
    }
  }, 30_000);

  test("leaves tracing to the program that has its own", async () => {
    await using collector = await collectTraces();
    const own = join(folder, "own.mjs");
    writeFileSync(
      own,
      `import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";\nnew NodeTracerProvider().register();\n`,
    );
    const preload = command[0] === "node" ? "--import" : "--preload";
    const ended = await o8([command[0], preload, own, command[1]], ["run", file, "--durability", "memory", "--json"], {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    expect({ exitCode: ended.exitCode, requests: collector.requests }).toEqual({ exitCode: 0, requests: [] });
  }, 30_000);
});

async function serve(
  command: readonly string[],
  collector: TraceCollector,
): Promise<AsyncDisposable & { readonly url: string; stop(): Promise<void> }> {
  const child = Bun.spawn([...command, "serve", "--port", "0", "--no-auth", "--durability", "memory"], {
    cwd: folder,
    env: { ...plainEnv, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    stdout: "ignore",
    stderr: "pipe",
  });
  const reader = child.stderr.getReader();
  const decoder = new TextDecoder();
  let said = "";
  while (!/Listening on \S+\n/.test(said)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Cannot serve: ${said}`);
    said += decoder.decode(value, { stream: true });
  }
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
  };
  return { url: /Listening on (\S+)/.exec(said)?.[1] ?? "", stop, [Symbol.asyncDispose]: stop };
}

describe("exportTraces()", () => {
  test.each([
    [{}, false, []],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: " " }, false, []],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318" }, true, []],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://localhost:4318/v1/traces" }, true, []],
    [{ OTEL_TRACES_EXPORTER: "otlp" }, true, []],
    [{ OTEL_TRACES_EXPORTER: "otlp", OTEL_SDK_DISABLED: "TRUE" }, false, []],
    [
      { OTEL_TRACES_EXPORTER: "console" },
      false,
      ['Cannot export traces: OTEL_TRACES_EXPORTER must be "otlp" or "none"'],
    ],
  ] as const)("asks for traces with %j: %s", (env, wanted, warnings) => {
    const said: string[] = [];
    expect(wantsTraces(env, (message) => said.push(message))).toBe(wanted);
    expect(said).toEqual([...warnings]);
  });

  test("says where gRPC is asked for that it exports by HTTP", async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4317", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
    const asked = new FakeContext({ env });
    await using _ = await exportTraces(asked, "shown");
    expect(asked.err).toBe(
      "warning: Cannot export traces by gRPC: use the HTTP port of the collector, 4318 as a rule, and leave the protocol out\n",
    );
  });
});

describe("exportTraces()", () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
  const silence = (): void => [trace, context, propagation].forEach((api) => api.disable());

  test("leaves alone who has tracing already, and ends what it began", async () => {
    silence();
    try {
      const first = await exportTraces(new FakeContext({ env }), "shown");
      expect(isTracingInstalled()).toBe(true);
      await using _ = await exportTraces(new FakeContext({ env }), "shown");
      await first[Symbol.asyncDispose]();
    } finally {
      silence();
    }
    expect(isTracingInstalled()).toBe(false);
  });

  test.each([
    [200, ""],
    [400, "warning: Cannot export traces: the collector answered with status 400\n"],
  ])("has the last spans with the collector when it is disposed, which answers %i", async (status, warning) => {
    await using collector = await collectTraces(status);
    const asked = new FakeContext({ env });
    process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.url;
    silence();
    try {
      await using _ = await exportTraces(asked, "shown");
      trace.getTracer("test").startSpan("one").end();
    } finally {
      delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
      silence();
    }
    expect(collector.spans.map(({ name }) => name)).toEqual(["one"]);
    expect(asked.err).toBe(warning);
  });

  test("warns when the collector does not take the last spans in time", async () => {
    const clock = new VirtualClock();
    const asked = new FakeContext({ env, clock });
    const tracing = await exportTraces(asked, "shown", () =>
      Promise.resolve({ startTraceProvider: () => ({ shutdown: () => new Promise<never>(() => undefined) }) }),
    );
    const disposed = tracing[Symbol.asyncDispose]();
    await clock.advance(3_000);
    await disposed;
    expect(asked.err).toBe("warning: Cannot export all traces: the collector did not take them within 3 s\n");
  });

  test.each([
    ["are not installed; run", "ERR_MODULE_NOT_FOUND"],
    ["cannot be loaded: broken", "ERR_PACKAGE_PATH_NOT_EXPORTED"],
  ])("warns when the packages cannot be loaded: %s", async (reason, code) => {
    const error = Object.assign(new Error("broken"), { code });
    const asked = new FakeContext({ env });
    await using _ = await exportTraces(asked, "shown", () => Promise.reject(error));
    expect(asked.err).toStartWith(`warning: Cannot export traces: the packages for it ${reason}`);
  });

  test.each([
    ["shown", "warning: Cannot export traces: OTEL_TRACES_EXPORTER must be"],
    ["logged", '"level":"warn"'],
    ["quiet", ""],
  ] as const)("warns of what it cannot do as a display that is %s does", async (mode, text) => {
    const asked = new FakeContext({ env: { OTEL_TRACES_EXPORTER: "zipkin" } });
    await using _ = await exportTraces(asked, mode);
    expect(asked.err).toContain(text);
    expect(asked.err === "").toBe(text === "");
  });
});
