import { clients, faults, type Figures, overload, saturation, type Scenario, simulate } from "./overload-simulation.ts";

/** What adaptive policies do for an overloaded server, beside fixed ones, in virtual time: `bun run bench:overload`. */
const seeds = [1, 2];

const scenarios: readonly (readonly [title: string, scenario: Scenario])[] = [
  ["A quarter of the capacity for 10 s, at 80 %", overload],
  ["The same at 90 % load", { ...overload, load: 0.9, end: 70_000 }],
  ["150 % load for good", saturation],
  ["One call in ten fails, at 50 % load", faults],
];

const columns = ["before", "during", "after", "recovery", "p99", "attempts"];

function mean(figures: readonly Figures[], pick: (figures: Figures) => number): number {
  return figures.reduce((sum, one) => sum + pick(one), 0) / figures.length;
}

function row(figures: readonly Figures[]): readonly string[] {
  const percent = (pick: (figures: Figures) => number) => `${(100 * mean(figures, pick)).toFixed(1)} %`;
  const recovery = mean(figures, (one) => one.recovery);
  return [
    percent((one) => one.before),
    percent((one) => one.during),
    percent((one) => one.after),
    recovery === Infinity ? "never" : `${(recovery / 1_000).toFixed(1)} s`,
    `${mean(figures, (one) => one.p99).toFixed(0)} ms`,
    mean(figures, (one) => one.attemptsPerSuccess).toFixed(2),
  ];
}

function print(name: string, cells: readonly string[]): void {
  process.stdout.write(`${name.padEnd(44)}${cells.map((cell) => cell.padStart(11)).join("")}\n`);
}

process.stdout.write("Calls that succeed before, during and after the first 5 to 15 s, time until 95 % do again,\n");
process.stdout.write(
  `attempts at the server per success. Means of ${seeds.length} seeds; "never" if one does not recover.\n`,
);
for (const [title, scenario] of scenarios) {
  process.stdout.write("\n");
  print(title, columns);
  for (const client of Object.values(clients)) {
    const figures: Figures[] = [];
    for (const seed of seeds) figures.push(await simulate(scenario, client, seed));
    print(`  ${client.name}`, row(figures));
  }
}
