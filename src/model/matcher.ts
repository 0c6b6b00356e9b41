// A condition on one label, compiled once and asked many times.

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** An absent label is asked as the empty string; expressions are anchored at both ends (RE2). */
  matches(value: string): boolean;
}
