/** An event as browsers' `EventSource` understands it. */
export interface StreamEvent {
  /** What a reader sends back as `Last-Event-ID` when it comes again. Without it the last one stays. */
  readonly id?: string;
  readonly event: string;
  /** Anything that JSON can hold. Its text has no line breaks, so no value can end an event and begin another. */
  readonly data: object;
}

export function encodeEvent({ id, event, data }: StreamEvent): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A comment, which readers ignore. */
export const heartbeat = ": still here\n\n";

/** The first words of a stream: how soon readers come back after it broke off, in milliseconds. */
export const preamble = "retry: 1000\n\n";
