import { RetryableError, ValidationError } from "../errors.ts";
import type { Workflow } from "../workflow.ts";
import type { PreparedWorkflow } from "./prepare.ts";
import { holdsSecret, SecretMask, type Secrets } from "./secret-mask.ts";

/**
 * Gives the value of a secret, or undefined where there is none of this name. It is asked when an execution starts, and
 * again when another process goes on with it.
 */
export type SecretProvider = (name: string) => string | undefined | Promise<string | undefined>;

/** The operator's secrets, and the mask that hides every value which was asked for. */
export class SecretStore {
  readonly mask: SecretMask;
  /** Those that every agent may read, whatever its workflow declares. */
  readonly shared: Secrets;
  readonly #provider: SecretProvider;

  constructor(given: Secrets | SecretProvider = {}) {
    const shared = typeof given === "function" ? {} : Object.freeze({ ...given });
    this.shared = shared;
    this.#provider =
      typeof given === "function" ? given : (name) => (Object.hasOwn(shared, name) ? shared[name] : undefined);
    this.mask = new SecretMask(shared);
  }

  /**
   * The secrets that the agents of a workflow may read. A promise only where it declares some, or one of its files does: then
   * all of them are looked up, and hidden from now on.
   *
   * @throws {ValidationError} naming those that the operator does not provide, and {@link RetryableError} when the provider
   * fails.
   */
  secretsOf({ plan, secretNames }: Pick<PreparedWorkflow, "plan" | "secretNames">): Secrets | Promise<Secrets> {
    return secretNames.length === 0 ? this.shared : this.#lookUp(plan.workflow, secretNames);
  }

  /**
   * A workflow is recorded as it is, so none that holds a secret may run.
   *
   * @throws {ValidationError} for one that does.
   */
  refuseIn(workflow: Workflow): void {
    if (!holdsSecret(this.mask, workflow)) return;
    throw new ValidationError(
      `Cannot run workflow "${workflow.metadata.id}": it holds the value of a secret; let its agent read context.secrets`,
    );
  }

  async #lookUp({ metadata, secrets: own = [] }: Workflow, names: readonly string[]): Promise<Secrets> {
    const subject = `Cannot run workflow "${metadata.id}"`;
    const found = await Promise.all(names.map(async (name) => [name, await this.#ask(name, subject)] as const));
    const missing = found.flatMap(([name, value]) => (value === undefined ? [`"${name}"`] : []));
    if (missing.length > 0) {
      throw new ValidationError(
        `${subject}: it reads secrets that the operator does not provide: ${missing.join(", ")}`,
      );
    }
    const secrets: Record<string, string> = { ...this.shared };
    for (const [name, value] of found) {
      if (value === undefined) continue;
      this.#hide(name, value, subject);
      if (own.includes(name)) secrets[name] = value;
    }
    return Object.freeze(secrets);
  }

  async #ask(name: string, subject: string): Promise<string | undefined> {
    try {
      return await this.#provider(name);
    } catch (cause) {
      throw new RetryableError(`${subject}: its secret "${name}" cannot be read now`, { cause });
    }
  }

  #hide(name: string, value: string, subject: string): void {
    try {
      this.mask.add(name, value);
    } catch (cause) {
      throw new ValidationError(`${subject}: ${cause instanceof Error ? cause.message : "a secret cannot be kept"}`, {
        cause,
      });
    }
  }
}
