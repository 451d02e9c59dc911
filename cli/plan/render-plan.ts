import { describeBounds } from "../describe-bounds.ts";
import type { Paint } from "../paint.ts";
import { terminalJson, terminalText } from "../terminal-text.ts";
import type { RunPlan } from "./run-plan.ts";

type Section = readonly [title: string, lines: readonly string[]];

/** A plan for people. `drawing` is its graph. */
export function renderPlan(plan: RunPlan, drawing: string, { bold, dim }: Pick<Paint, "bold" | "dim">): string {
  const { input, levels, agents, children, environment, secrets, bounds } = plan;
  const sections: readonly Section[] = [
    ["Graph", drawing.trimEnd().split("\n")],
    ["Order", levels.map((ids, index) => `  ${index + 1}. ${ids.map(terminalText).join(", ")}`)],
    ["Agents", agents.map(agentLine)],
    ["Children", children.map((id) => `  ${terminalText(id)}`)],
    ["Reads", [...environment.map((name) => `  env.${name}`), ...secrets.map((name) => `  secrets.${name}`)]],
    ["Bounds", describeBounds(bounds)],
    [
      "Input",
      terminalJson(input)
        .split("\n")
        .map((line) => `  ${line}`),
    ],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0);
  return `${shown.map(([title, lines]) => `${bold(title)}\n${lines.join("\n")}\n`).join("\n")}\n${dim("Nothing was run.")}\n`;
}

function agentLine({ id, version, semantics, steps }: RunPlan["agents"][number]): string {
  const called = steps.length === 0 ? "" : `  for ${steps.map(terminalText).join(", ")}`;
  const once = semantics === "at-most-once" ? "  at most once" : "";
  return `  ${terminalText(id)} ${version ?? ""}${called}${once}`;
}
