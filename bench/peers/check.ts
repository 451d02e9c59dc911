import { callCases } from "./call-cases.ts";
import type { Case } from "./case.ts";
import { circuitCases } from "./circuit-cases.ts";
import { cockatiel } from "./cockatiel.ts";
import { effect } from "./effect.ts";
import { opossum } from "./opossum.ts";
import { orchestr8 } from "./orchestr8.ts";
import { pretry } from "./p-retry.ts";
import type { Peer } from "./peer.ts";

/**
 * Shows which promises each library keeps, and fails when that is not what is known: when orchestr8 breaks one, and when
 * a peer has mended one or broken another.
 */
const peers: readonly Peer[] = [orchestr8, cockatiel, opossum, pretry, effect];
const surprises: string[] = [];

/** A rejection that nobody handles is a broken promise of the case under way. */
let strays = 0;
process.on("unhandledRejection", () => strays++);

async function verdict(one: Case, peer: Peer): Promise<string> {
  strays = 0;
  const kept = await one.keeps(peer);
  // Strays are reported after the promise jobs of the turn.
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (kept === undefined) return "-";
  const isKept = kept && strays === 0;
  if (isKept === one.brokenBy.includes(peer.name))
    surprises.push(`${peer.name} ${isKept ? "keeps" : "breaks"} ${one.id}`);
  return isKept ? "kept" : "BROKEN";
}

process.stdout.write(`${"".padEnd(8)} ${peers.map(({ name }) => name.padEnd(10)).join("")}\n`);
for (const one of [...callCases, ...circuitCases]) {
  const verdicts: string[] = [];
  for (const peer of peers) verdicts.push(await verdict(one, peer));
  process.stdout.write(`${one.id.padEnd(8)} ${verdicts.map((text) => text.padEnd(10)).join("")}${one.promise}\n`);
}
for (const surprise of surprises) process.stdout.write(`Not what is known: ${surprise}\n`);
// The timers of opossum's breakers never end.
process.exit(surprises.length === 0 ? 0 : 1);
