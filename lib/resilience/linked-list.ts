/** A member of at most one {@link LinkedList}, holding its own links so that joining and leaving allocate nothing. */
export class Linked {
  previous: Linked = this;
  next: Linked = this;

  /** Leaves its list. Does nothing outside of one. */
  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.previous = this;
    this.next = this;
  }
}

/** First in, first out, with O(1) removal from anywhere. A ring that starts and ends in the list itself. */
export class LinkedList<Member extends Linked> extends Linked {
  get first(): Member | undefined {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only members get into the ring
    return this.next === this ? undefined : (this.next as Member);
  }

  /** Appends a member that is in no list. */
  add(member: Member): void {
    member.previous = this.previous;
    member.next = this;
    this.previous.next = member;
    this.previous = member;
  }
}
