import { ProxyTracerProvider, trace } from "@opentelemetry/api";

/** Whether the program has registered a provider of traces, such as by `--import` or in a workflow module. */
export function isTracingInstalled(): boolean {
  const provider = trace.getTracerProvider();
  // Before anybody registers one the API hands out a proxy with nothing behind it.
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer("orchestr8") !== undefined;
}
