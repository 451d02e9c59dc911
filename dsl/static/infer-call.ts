import type { Expression, FunctionName } from "../../lib/workflow.ts";
import {
  booleanType,
  integerType,
  isNever,
  kinds,
  ofKinds,
  scalarKinds,
  type StaticType,
  stringType,
  unknown,
} from "./static-type.ts";
import { typeText } from "./type-text.ts";

type Call = Extract<Expression, { kind: "call" }>;

interface Signature {
  /** The kinds that each argument may have. An argument beyond the list may have any. */
  readonly takes: readonly number[];
  readonly gives: StaticType;
}

const signatures: Record<FunctionName, Signature> = {
  exists: { takes: [], gives: booleanType },
  json: { takes: [], gives: stringType },
  length: { takes: [kinds.string | kinds.array | kinds.object], gives: integerType },
  startsWith: { takes: [kinds.string, kinds.string], gives: booleanType },
  endsWith: { takes: [kinds.string, kinds.string], gives: booleanType },
  // Without a separator, or with null as one, the items stand apart by commas.
  join: { takes: [kinds.array, kinds.string | kinds.null], gives: stringType },
};

/** Infers an argument that must be of one of some kinds; `wanted` names them where it is of none. */
export type DemandArgument = (argument: Expression, mask: number, wanted: () => string) => StaticType;

/** What a call gives. Each argument is asked for once, with the kinds it may have. */
export function inferCall(
  call: Call,
  demandArgument: DemandArgument,
  report: (expression: Expression, message: string) => void,
): StaticType {
  const { takes, gives } = signatures[call.name];
  for (const [index, argument] of call.arguments.entries()) {
    const mask = takes[index] ?? unknown.kinds;
    const type = demandArgument(argument, mask, () => `${call.name}(…) takes ${typeText(ofKinds(mask))}`);
    if (call.name === "join" && index === 0 && !canJoin(type)) {
      report(argument, "join(…) takes an array of strings, numbers and booleans, and this gives one of others");
    }
  }
  return gives;
}

/** An array that may be empty can be joined whatever its items are. */
function canJoin(type: StaticType): boolean {
  if (type.kinds !== kinds.array) return true;
  return type.arrays.some((shape) => {
    const first = shape.item(0).type;
    return shape.minItems === 0 || isNever(first) || (first.kinds & scalarKinds) !== 0;
  });
}
