/** What `orchestr8 config` is called with. */
export interface ConfigValues {
  readonly action: string;
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly user: boolean;
  readonly project: boolean;
  readonly json: boolean;
}
