/** What a circuit stands for: an agent, or one target of it, such as the host of a URL. */
export interface CircuitKey {
  readonly agentId: string;
  readonly target?: string | undefined;
}

/** A key as text: `agentId` or `agentId:target`, escaped, so that different keys never share a circuit. */
export function circuitKey({ agentId, target }: CircuitKey): string {
  return target === undefined ? escaped(agentId) : `${escaped(agentId)}:${escaped(target)}`;
}

function escaped(part: string): string {
  return part.replaceAll(/[\\:]/g, "\\$&");
}
