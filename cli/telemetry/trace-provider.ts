import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from "@opentelemetry/sdk-trace-node";
import { version } from "../../lib/version.ts";

/**
 * Registers a provider of traces that exports by OTLP over HTTP. Sampler, limits, batches, headers, timeouts and resource
 * are what the standard `OTEL_…` variables say.
 */
export function startTraceProvider(onFailure: (error: unknown) => void): { shutdown(): Promise<void> } {
  const own = resourceFromAttributes({ "service.name": "orchestr8", "service.version": version });
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(reporting(new OTLPTraceExporter(), onFailure))],
  });
  provider.register();
  return provider;
}

/** The SDK tells of a failure only who sets a global logger. */
function reporting(exporter: SpanExporter, onFailure: (error: unknown) => void): SpanExporter {
  return {
    export(spans, onDone) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) onFailure(result.error);
        onDone(result);
      });
    },
    forceFlush: async () => await exporter.forceFlush?.(),
    shutdown: async () => await exporter.shutdown(),
  };
}
