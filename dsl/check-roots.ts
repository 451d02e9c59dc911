import type { CheckContext } from "./check-context.ts";
import { quoted } from "./problem.ts";
import { seesRoot } from "./step-parts.ts";
import { partOf } from "./step-edges.ts";
import type { StepSource } from "./step-source.ts";
import type { LocatedReference } from "./located-reference.ts";
import { referencePlace } from "./template.ts";

/**
 * Whether the root of a reference stands for something where it is written: `item` and `index` do so for the items of a
 * `forEach`, `output` in `repeat.until`. Where it does not, that is reported.
 */
export function checkRoot(context: CheckContext, reader: StepSource | undefined, located: LocatedReference): boolean {
  const { root } = located.reference;
  const part = reader && partOf(reader, located);
  if (part === undefined || reader === undefined) {
    if (root !== "item" && root !== "index" && root !== "output") return true;
  } else if (seesRoot(part, root, reader.hasForEach)) return true;
  const { reason, fix } = root === "output" ? misplacedOutput(reader, part) : misplacedItem(reader, part);
  context.report({
    code: "REFERENCE_MISPLACED",
    message: `${quoted(root)} stands for nothing here: ${reason}`,
    fix,
    place: referencePlace(located),
  });
  return false;
}

interface Misplaced {
  readonly reason: string;
  readonly fix: string;
}

type Part = ReturnType<typeof partOf> | undefined;

function misplacedOutput(reader: StepSource | undefined, part: Part): Misplaced {
  const reason = 'it is what "repeat.until" looks at';
  return { reason, fix: part === "compensate" ? ownOutput(reader) : 'use "steps.<id>.output"' };
}

function misplacedItem(reader: StepSource | undefined, part: Part): Misplaced {
  if (reader === undefined || !reader.hasForEach) {
    const canHaveItems =
      part === "input" || part === "config" || part === "target" || part === "key" || part === "until";
    const reason = 'only a step with "forEach" has items';
    return { reason, fix: canHaveItems ? 'add "forEach" to the step' : 'use "steps.<id>.output"' };
  }
  if (part === "compensate") {
    return { reason: "a compensation runs once, for all items", fix: ownOutput(reader) };
  }
  const name = part === "items" ? "forEach.items" : "condition";
  return { reason: `${quoted(name)} is looked at once, before the items`, fix: 'use "input", "variables" or "steps"' };
}

function ownOutput(reader: StepSource | undefined): string {
  return `use ${quoted(`steps.${reader?.id ?? "<id>"}.output`)}`;
}
