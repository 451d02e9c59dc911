/** A member of at most one {@link LinkedList}, holding its own links so that joining and leaving allocate nothing. */
export class Linked {
  previous: Linked | undefined = undefined;
  next: Linked | undefined = undefined;

  /** Leaves its list. Does nothing outside of one. */
  unlink(): void {
    const { previous, next } = this;
    if (previous === undefined || next === undefined) return;
    previous.next = next;
    next.previous = previous;
    this.previous = undefined;
    this.next = undefined;
  }
}

/** First in, first out, with O(1) removal from anywhere. A ring that starts and ends in `#root`. */
export class LinkedList<Member extends Linked> {
  readonly #root = new Linked();

  constructor() {
    this.#root.previous = this.#root;
    this.#root.next = this.#root;
  }

  get first(): Member | undefined {
    const { next } = this.#root;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only members get into the ring
    return next === this.#root ? undefined : (next as Member);
  }

  /** Appends a member that is in no list. */
  push(member: Member): void {
    const root = this.#root;
    const last = root.previous ?? root;
    member.previous = last;
    member.next = root;
    last.next = member;
    root.previous = member;
  }
}
