import { type Metric, prometheusText, prometheusType } from "../metrics/prometheus-text.ts";
import type { Handler } from "../route.ts";

/** The numbers of the server, for Prometheus to scrape. */
export function showMetrics(metrics: { read(): readonly Metric[] }): Handler {
  return () => ({ status: 200, text: prometheusText(metrics.read()), headers: { "Content-Type": prometheusType } });
}
