// What an answer should be taken with: warnings (it may be wrong) and infos (the question may be), in Prometheus's words.
import { lineAndColumn } from '../syntax/failure.ts';

export interface Annotation {
  readonly kind: 'warning' | 'info';
  /** As Prometheus's API says it, the place in the expression at its end. */
  readonly text: string;
  /** The text without place and figures: Prometheus says each problem once, where it came up last. */
  readonly problem: string;
  /** As its place's. */
  readonly rank: number;
}

/** Where in which expression. */
export interface Place {
  readonly expr: string;
  readonly at: number;
  /** When Prometheus evaluates what stands there, all steps of it: operands before what is around them. */
  readonly rank: number;
}

/** A result that may be wrong. */
export function warning(problem: string, place: Place): Annotation {
  return annotation('warning', problem, place);
}

/** A question that may not mean what it says. */
export function info(problem: string, place: Place): Annotation {
  return annotation('info', problem, place);
}

function annotation(kind: Annotation['kind'], said: string, { expr, at, rank }: Place): Annotation {
  const problem = `PromQL ${kind}: ${said}`;
  return { kind, problem, text: `${problem} (${lineAndColumn(expr, at)})`, rank };
}
