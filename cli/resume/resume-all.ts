import { createProjectEngine } from "../create-project-engine.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { EngineClosedError } from "../../lib/errors.ts";
import type { ExecutionSummary, Journal } from "../../lib/journal/journal.ts";
import type { LogSink } from "../../lib/log.ts";
import type { CliContext, StopSignal } from "../context.ts";
import { exitCodeOfError, exitCodeOfStatus, exitCodeOfStop, type ExitCode } from "../exit.ts";
import { failureOf, type Failure } from "../failure.ts";
import { createJsonLog } from "../json-log.ts";
import { keepAlive } from "../keep-alive.ts";
import { createMessages, type Messages } from "../messages.ts";
import { isJsonOutput } from "../output-arguments.ts";
import type { ProgressValues } from "../progress-arguments.ts";
import type { Operator } from "../read-operator.ts";
import { terminalText } from "../terminal-text.ts";
import { writeJson } from "../write-json.ts";
import { bringAgents } from "./bring-agents.ts";
import { endHere } from "./end-here.ts";
import { leftExecutions } from "./left-executions.ts";

/** What became of one execution. `left` is one that goes on another time. */
interface Outcome {
  readonly executionId: string;
  readonly status: "completed" | "failed" | "cancelled" | "left";
  readonly error?: Failure;
}

/**
 * Goes on with everything that no process runs. A request to stop leaves what still runs to be resumed again.
 */
export async function resumeAll(
  values: ProgressValues & { readonly output: string | undefined; readonly json: boolean; readonly operator: Operator },
  journal: Journal,
  context: CliContext,
): Promise<ExitCode> {
  const { operator } = values;
  const isJson = isJsonOutput(values);
  const messages = createMessages(context, values.quiet || values.verbose ? "errors" : "all");
  using _ = keepAlive(context.clock);
  const { roots, orphans } = await leftExecutions(journal);
  for (const orphan of orphans) await stopOrphan(journal, orphan, operator, context);
  const { outcomes, stopped } = await goOn(roots, journal, context, {
    operator,
    ...(values.verbose && { log: createJsonLog(context.stderr) }),
    note: (text) => messages.log(text),
    onOutcome: (outcome) => show(outcome, messages, context, isJson),
  });
  if (isJson) writeJson(context.stdout, { executions: outcomes });
  else if (outcomes.length === 0) messages.log("Nothing is left to be resumed");
  return stopped === undefined ? exitCodeOf(outcomes) : exitCodeOfStop(stopped);
}

interface GoingOn {
  readonly operator: Operator;
  readonly log?: LogSink;
  readonly note: (text: string) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Each module gets an engine of its own, since two may name different agents alike. */
async function goOn(
  roots: readonly ExecutionSummary[],
  journal: Journal,
  context: CliContext,
  { operator, log, note, onOutcome }: GoingOn,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly stopped: StopSignal | undefined }> {
  const engines: Engine[] = [];
  const closeAll = (): Promise<unknown> => Promise.all(engines.map((engine) => engine.close({ drainMs: 0 })));
  let stopped: StopSignal | undefined;
  using _ = context.onSignal((signal) => {
    stopped = signal;
    note("Stopping: what runs is left to be resumed; Ctrl-C again exits at once");
    void closeAll();
  });
  const groups = [...byOrigin(roots)].map(async ([origin, group]) => {
    const engine = await engineFor(origin, journal, context, { ...operator, ...(log !== undefined && { log }) });
    if ("journal" in engine) engines.push(engine);
    if (stopped !== undefined) void closeAll();
    const resumed = group.map(async ({ executionId }) => {
      const outcome = await resumeOne(engine, executionId);
      onOutcome(outcome);
      return outcome;
    });
    return await Promise.all(resumed);
  });
  const outcomes = await Promise.all(groups);
  await closeAll();
  return { outcomes: outcomes.flat(), stopped };
}

function byOrigin(roots: readonly ExecutionSummary[]): ReadonlyMap<string | undefined, readonly ExecutionSummary[]> {
  const groups = new Map<string | undefined, ExecutionSummary[]>();
  for (const root of roots) {
    const group = groups.get(root.origin);
    if (group === undefined) groups.set(root.origin, [root]);
    else group.push(root);
  }
  return groups;
}

async function engineFor(
  origin: string | undefined,
  journal: Journal,
  context: CliContext,
  options: Operator & { readonly log?: LogSink },
): Promise<Engine | Failure> {
  try {
    const brought = await bringAgents(origin, context);
    return createProjectEngine({ ...brought, ...options, journal, clock: context.clock });
  } catch (error) {
    return failureOf(error);
  }
}

async function resumeOne(engine: Engine | Failure, executionId: string): Promise<Outcome> {
  if (!("journal" in engine)) return { executionId, status: "left", error: engine };
  try {
    const execution = await engine.resume(executionId);
    const { status } = await execution.result;
    return { executionId, status };
  } catch (error) {
    if (error instanceof EngineClosedError) return { executionId, status: "left" };
    return { executionId, status: "left", error: failureOf(error) };
  }
}

async function stopOrphan(
  journal: Journal,
  orphan: ExecutionSummary,
  operator: Operator,
  context: CliContext,
): Promise<void> {
  await journal.send(orphan.executionId, { kind: "cancel", reason: "no execution waits for it any more" });
  await endHere(journal, orphan, operator, context);
}

function show({ executionId, status, error }: Outcome, messages: Messages, context: CliContext, isJson: boolean): void {
  if (error !== undefined) messages.error(terminalText(error.message));
  if (isJson) return;
  context.stdout.write(`execution ${executionId} ${status === "left" ? "left as it is" : status}\n`);
}

/** What could not go on decides; then a failure counts more than a cancellation. */
function exitCodeOf(outcomes: readonly Outcome[]): ExitCode {
  const refused = outcomes.find(({ error }) => error !== undefined)?.error;
  if (refused !== undefined) return exitCodeOfError(refused.code);
  const statuses = new Set(outcomes.map(({ status }) => status));
  if (statuses.has("failed")) return exitCodeOfStatus("failed", undefined);
  return statuses.has("cancelled") ? exitCodeOfStatus("cancelled", undefined) : 0;
}
