import { expect, test } from "bun:test";
import fc from "fast-check";
import { Fifo } from "./fifo.ts";

test("Fifo gives back what was pushed, in order, whatever the mix of pushes and shifts", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { maxLength: 12 }), (bursts) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const [index, burst] of bursts.entries()) {
        for (let count = 0; count < burst; count++) {
          if (index % 2 === 0) {
            fifo.push(next);
            model.push(next++);
          } else expect(fifo.shift()).toBe(model.shift());
        }
        expect(fifo.length).toBe(model.length);
      }
    }),
  );
});
