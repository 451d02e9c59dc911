import { isJsonObject } from "../lib/json.ts";
import type { CheckContext } from "./check-context.ts";
import { checkDeclared } from "./check-declared.ts";
import type { LocatedReference } from "./located-reference.ts";
import { wholeSecrets } from "./secret-places.ts";
import { partOf } from "./step-edges.ts";
import type { StepSource } from "./step-source.ts";
import { referencePlace } from "./template.ts";

/**
 * Checks a reference to a secret: it names one that is declared, and is the whole of a value that an agent is given.
 * Anywhere else the secret would be recorded, or become part of something that is.
 */
export function checkSecret(context: CheckContext, reader: StepSource | undefined, located: LocatedReference): void {
  const { secrets } = context.source;
  checkDeclared(context, located, { names: secrets, what: "secret", list: "context.secretRefs" });
  const text = `"\${${secretText(located)}}"`;
  if (reader === undefined || !isGivenToAgent(reader, located)) {
    const message = "A secret stands outside of what an agent is given";
    const fix = 'use it in "input" or "agent.config" of a step that calls an agent';
    context.report({ code: "SECRET_MISPLACED", message, fix, place: referencePlace(located) });
  } else if (!isWhole(reader, located)) {
    const message = "A secret is part of a larger expression or text";
    const fix = `make it the whole value: ${text}`;
    context.report({ code: "SECRET_MISPLACED", message, fix, place: referencePlace(located) });
  }
}

function isGivenToAgent(reader: StepSource, located: LocatedReference): boolean {
  const part = partOf(reader, located);
  if (part === "compensate") return true;
  const callsAgent = !isJsonObject(reader.json) || !Object.hasOwn(reader.json, "workflow");
  return callsAgent && (part === "input" || part === "config");
}

function isWhole({ call, compensation }: StepSource, { reference }: LocatedReference): boolean {
  return wholeSecrets([call.input, call.config, compensation?.input, compensation?.config]).has(reference);
}

function secretText({ reference: { path } }: LocatedReference): string {
  const name = String(path[0] ?? "name");
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? `secrets.${name}` : `secrets['${name}']`;
}
