// One call of a function: what builds its step, and where its arguments stand.
import { type Call, withoutParentheses } from '../../syntax/ast.ts';
import type { Place } from '../annotations.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import type { ScalarStep, Step } from '../step.ts';
import { NO_SAMPLE } from '../vector.ts';

/** What a call stands in: its place for annotations, and what the steps may ask. */
export interface CallContext {
  readonly node: Call;
  readonly settings: EvalSettings;
  /** As in a Place. */
  readonly rank: number;
}

/** Called once per place in an expression, with the arguments that the function's signature promises. */
export type FunctionBuild = (args: readonly Step[], context: CallContext) => Step;

/** Where Prometheus points to when it says something about an argument: inside parentheses, and nowhere (1:1) for a subquery. */
export function placeOfArgument({ node, settings, rank }: CallContext, index: number): Place {
  const argument = node.args[index];
  const inner = argument === undefined ? node : withoutParentheses(argument);
  return { expr: settings.expr, at: inner.kind === 'subquery' ? 0 : inner.at, rank };
}

/** The strings from argument `from` on. */
export function textArguments(args: readonly Step[], from: number): readonly string[] {
  return args.slice(from).flatMap((step) => (step.type === 'string' ? [step.value] : []));
}

/** Scalar arguments at one instant. */
export interface Constants {
  readonly values: readonly number[];
  /** Time of the newest sample that went into one of them, NO_SAMPLE without one. */
  readonly newestMs: number;
}

/** All scalar arguments, in their order. */
export function constantsOf(args: readonly Step[]): (run: Run) => Constants {
  const steps = args.flatMap((step): ScalarStep[] => (step.type === 'scalar' ? [step.run] : []));
  return (run) => {
    const scalars = steps.map((step) => step(run));
    return {
      values: scalars.map(({ value }) => value),
      newestMs: Math.max(NO_SAMPLE, ...scalars.map(({ newestMs }) => newestMs)),
    };
  };
}
