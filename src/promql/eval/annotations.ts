// What an answer should be taken with: warnings (it may be wrong) and infos (the question may be), in Prometheus's words.
import { lineAndColumn } from '../syntax/failure.ts';

export interface Annotation {
  readonly kind: 'warning' | 'info';
  /** As Prometheus's API says it, the place in the expression at its end. */
  readonly text: string;
  /** The text without place and figures: Prometheus says each problem once, where it came up last. */
  readonly problem: string;
}

/** Where in which expression. */
export interface Place {
  readonly expr: string;
  readonly at: number;
}

/** A result that may be wrong. */
export function warning(problem: string, { expr, at }: Place): Annotation {
  return { kind: 'warning', problem: `PromQL warning: ${problem}`, text: `PromQL warning: ${problem} (${lineAndColumn(expr, at)})` };
}

/** A question that may not mean what it says. */
export function info(problem: string, { expr, at }: Place): Annotation {
  return { kind: 'info', problem: `PromQL info: ${problem}`, text: `PromQL info: ${problem} (${lineAndColumn(expr, at)})` };
}
