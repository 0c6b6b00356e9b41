// A number that Plimsoll would use, and how it is written for people.

export interface Reading {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** In `unit`, a base unit. */
  readonly value: number;
  readonly unit: string;
}
