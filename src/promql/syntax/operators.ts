// Binary operators: how tightly they bind, and what kind they are.

export interface BinaryOperator {
  /** A higher level binds tighter. */
  readonly level: number;
  readonly kind: 'set' | 'comparison' | 'arithmetic';
}

/** The level of `^`, which alone is right associative, and binds tighter than a sign: -1^2 is -(1^2). */
export const POWER_LEVEL = 6;

/** Levels as in https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence. */
export const BINARY_OPERATORS: ReadonlyMap<string, BinaryOperator> = new Map([
  ['or', { level: 1, kind: 'set' }],
  ['and', { level: 2, kind: 'set' }],
  ['unless', { level: 2, kind: 'set' }],
  ['==', { level: 3, kind: 'comparison' }],
  ['!=', { level: 3, kind: 'comparison' }],
  ['<', { level: 3, kind: 'comparison' }],
  ['<=', { level: 3, kind: 'comparison' }],
  ['>', { level: 3, kind: 'comparison' }],
  ['>=', { level: 3, kind: 'comparison' }],
  // For native histograms only, which are not there: read, and then refused.
  ['</', { level: 3, kind: 'arithmetic' }],
  ['>/', { level: 3, kind: 'arithmetic' }],
  ['+', { level: 4, kind: 'arithmetic' }],
  ['-', { level: 4, kind: 'arithmetic' }],
  ['*', { level: 5, kind: 'arithmetic' }],
  ['/', { level: 5, kind: 'arithmetic' }],
  ['%', { level: 5, kind: 'arithmetic' }],
  ['atan2', { level: 5, kind: 'arithmetic' }],
  ['^', { level: POWER_LEVEL, kind: 'arithmetic' }],
]);
