import type { namedSchemas } from "../schema.ts";
import type { DetailedDoc } from "./doc.ts";
import { documentDocs } from "./document-docs.ts";
import {
  bulkheadDocs,
  circuitBreakerDocs,
  policiesDocs,
  policySetDocs,
  rateLimitDocs,
  retryDocs,
} from "./policy-docs.ts";
import { agentDocs, forEachDocs, repeatDocs, stepDocs, waitDocs } from "./step-docs.ts";

/** What editors show of each part of the format, by the part's name in the published schema. */
export const formatDocs: Readonly<Record<string, DetailedDoc>> = {
  document: documentDocs,
  step: stepDocs,
  agent: agentDocs,
  wait: waitDocs,
  forEach: forEachDocs,
  repeat: repeatDocs,
  policies: policiesDocs,
  policySet: policySetDocs,
  retry: retryDocs,
  circuitBreaker: circuitBreakerDocs,
  bulkhead: bulkheadDocs,
  rateLimit: rateLimitDocs,
} satisfies Record<"document" | keyof typeof namedSchemas, DetailedDoc>;
