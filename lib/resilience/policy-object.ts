import type { Policy } from "./policy.ts";

/** Gives a policy the members of an object, getters as getters. */
export function policyObject<Members extends object>(policy: Policy, members: Members): Policy & Members {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- defineProperties does not type what it adds
  return Object.defineProperties(policy, Object.getOwnPropertyDescriptors(members)) as Policy & Members;
}
