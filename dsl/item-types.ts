import type { Operand } from "./expression-value.ts";
import type { Ref, RunValue } from "./typed-value.ts";

/** The items of a step: an array of the running workflow, or a constant one. `never` where the step has none. */
export interface ForEachOptions<Items> {
  readonly items: Items;
  /** Items of this step at once. Default: as many as the execution's limit lets run. */
  readonly maxConcurrency?: number;
}

/** What may be given as items. */
export type ItemsInput = Operand<readonly unknown[]>;

/** The type of one item. */
export type ElementOf<Items> =
  Items extends RunValue<readonly (infer Item)[]> ? Item : Items extends readonly (infer Item)[] ? Item : unknown;

/** Something that may differ from item to item: then it is written as a function of the item. */
export type PerItem<Items, T> =
  | T
  | ([Items] extends [never] ? never : (item: Ref<ElementOf<Items>>, index: Ref<number>) => T);

/** Stands for something only where there are items. */
export type IfItems<Items, T> = [Items] extends [never] ? undefined : T;

/** What a step gives: one output, or one for each item. */
export type Listed<Output, Items> = [Items] extends [never] ? Output : readonly Output[];
