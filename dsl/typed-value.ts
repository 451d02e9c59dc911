declare const valueType: unique symbol;

/** Something that has a value of type `T` when the workflow runs. It can stand anywhere in a step's input. */
export interface RunValue<T> {
  /** For the compiler only; there is no such property. */
  readonly [valueType]: T;
}

/** A {@link RunValue} that expressions can be made of. */
export interface ExpressionValue<T> extends RunValue<T> {
  /** What to use when the value is missing or null. `0`, `""` and `false` are values. */
  default<D>(fallback: D): ExpressionValue<NonNullable<T> | ValueOf<D>>;
}

/**
 * A place in data that exists when the workflow runs. Its fields are references too: `found.output.items[0]`. A field
 * named like something a reference has, such as `default`, is reached with `field(reference, "default")`.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing is known about the fields of data without a type
export type Ref<T> = unknown extends T ? any : ExpressionValue<T> & RefFields<T>;

type RefFields<T> =
  Extract<T, readonly unknown[]> extends never
    ? { readonly [K in KeysOf<Extract<T, object>>]: Ref<FieldOf<T, K>> }
    : { readonly [index in FirstIndex]: Ref<ItemOf<T>> } & { readonly [index: number]: Ref<ItemOf<T>> };

/** Spelled out so that `items[0]` is there also under `noUncheckedIndexedAccess`. */
type FirstIndex = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** The keys of every member of a union. */
type KeysOf<T> = T extends unknown ? keyof T : never;

/** The names `field()` takes for data of type `T`: any, if nothing is known about it. */
export type FieldName<T> = unknown extends T ? string : KeysOf<T> & string;

/** A field's type; undefined joins in where the field, or the object it is in, may be absent. */
export type FieldOf<T, K extends PropertyKey> = unknown extends T
  ? unknown
  : T extends object
    ? K extends keyof T
      ? T[K] | (object extends Pick<T, K> ? undefined : never)
      : undefined
    : undefined;

type ItemOf<T> = T extends readonly (infer Item)[] ? Item : undefined;

/** What may be written where data of type `T` is wanted: the data, a reference to it, or a mixture. */
export type TemplateInput<T> =
  | RunValue<T>
  | (unknown extends T
      ? JsonTemplate
      : T extends Scalar
        ? T
        : T extends readonly (infer Item)[]
          ? readonly TemplateInput<Item>[]
          : { readonly [K in keyof T]: TemplateInput<T[K]> });

type Scalar = string | number | boolean | null | undefined;

/** JSON with references anywhere inside, where the type of the data is not known. */
export type JsonTemplate =
  | Scalar
  | RunValue<unknown>
  | readonly JsonTemplate[]
  | { readonly [key: string]: JsonTemplate };

/** The type of the data that a template makes. */
export type ValueOf<Input> = JsonTemplate extends Input
  ? Input
  : Input extends RunValue<infer T>
    ? T
    : Input extends Scalar
      ? Widened<Input>
      : { -readonly [K in keyof Input]: ValueOf<Input[K]> };

type Widened<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;
