/**
 * Receives a policy's events: frozen objects, synchronously, after the change they tell of and before the call settles.
 * What a listener throws never reaches the call; it goes to `console.error`, once a listener.
 */
export type Listener<Event> = (event: Event) => void;

const reported = new WeakSet<Listener<never>>();

/** Calls a listener so that it cannot do harm. */
export function notify<Event extends object>(listener: Listener<Event>, event: Event): void {
  try {
    listener(Object.freeze(event));
  } catch (error) {
    if (reported.has(listener)) return;
    reported.add(listener);
    console.error("A resilience listener threw:", error);
  }
}

/** A listener as its policy calls it. Call it with `?.`, and no event is built for nobody. */
export function guarded<Event extends object>(listener: Listener<Event> | undefined): Listener<Event> | undefined {
  return listener && ((event) => notify(listener, event));
}
