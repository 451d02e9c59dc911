import type { CliContext } from "../context.ts";

/**
 * Whether the standard variables ask for traces: an OTLP endpoint is named, or `OTEL_TRACES_EXPORTER` says `otlp`, and
 * nothing turns them off. What this program cannot export by is told to `warn`.
 */
export function wantsTraces(env: CliContext["env"], warn: (message: string) => void): boolean {
  const value = (name: string): string | undefined => env[name]?.trim() || undefined;
  if (value("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return false;
  const exporter = value("OTEL_TRACES_EXPORTER");
  if (exporter === "none") return false;
  const endpoint = value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? value("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (exporter === undefined && endpoint === undefined) return false;
  if (exporter !== undefined && exporter !== "otlp") {
    warn('Cannot export traces: OTEL_TRACES_EXPORTER must be "otlp" or "none"');
    return false;
  }
  const protocol = value("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") ?? value("OTEL_EXPORTER_OTLP_PROTOCOL");
  if (protocol === "grpc") {
    warn(
      "Cannot export traces by gRPC: use the HTTP port of the collector, 4318 as a rule, and leave the protocol out",
    );
    return false;
  }
  return true;
}
