declare module "opossum" {
  /** As much of opossum as is used here: it brings no types of its own. */
  export default class CircuitBreaker<Args extends readonly unknown[], Result> {
    constructor(action: (...args: Args) => Promise<Result>, options?: Readonly<Record<string, unknown>>);
    readonly opened: boolean;
    readonly halfOpen: boolean;
    fire(...args: Args): Promise<Result>;
    on(event: "success", listener: () => void): this;
    shutdown(): void;
  }
}
