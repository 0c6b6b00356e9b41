// A join asks only for series that it can use: of a thousand GPUs those that the pods asked about own.
import { POD_SET_LABEL } from '../../../model/query-engine.ts';
import { type Binary, type Expr, withoutParentheses } from '../../syntax/ast.ts';
import { numberSeries } from '../labels/numbering.ts';
import type { SeriesList } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import type { Narrowing } from '../running/run.ts';
import type { VectorStep } from '../step.ts';
import type { Selection } from './selection.ts';

/**
 * The right side of a join, run for what the left side found. It is the side itself unless leaving series out early makes no difference:
 * the right side is an aggregation by labels that are matched on, so that it has one series a match whatever is left out,
 * and nothing in it brings series together that differ in those labels.
 */
export function narrowedBy(node: Binary, right: VectorStep): (left: SeriesList) => VectorStep {
  const labels = isWorthwhile(node.right) ? narrowingLabels(node) : undefined;
  if (labels === undefined) return () => right;
  return remember((list: SeriesList): VectorStep => {
    const only = { list, labels };
    return (run) => right({ ...run, only });
  });
}

function narrowingLabels({ matching, ...sides }: Binary): readonly string[] | undefined {
  const right = withoutParentheses(sides.right);
  if (right.kind !== 'aggregation' || right.parameter !== undefined || right.grouping.without || matching?.on !== true) return undefined;
  const { labels } = matching;
  const isGrouped = right.grouping.labels.every((label) => labels.includes(label));
  return isGrouped && keepsApart(right, right.grouping.labels) ? right.grouping.labels : undefined;
}

/** Questions about some pods are narrow already. */
function isWorthwhile(side: Expr): boolean {
  const expr = withoutParentheses(side);
  switch (expr.kind) {
    case 'selector':
      return !expr.matchers.some(({ name }) => name === POD_SET_LABEL);
    case 'aggregation':
      return isWorthwhile(expr.argument);
    case 'binary':
      return isWorthwhile(expr.left) && isWorthwhile(expr.right);
    default:
      return false;
  }
}

/** True when no result depends on two series that differ in one of the labels. */
function keepsApart(side: Expr, labels: readonly string[]): boolean {
  const expr = withoutParentheses(side);
  switch (expr.kind) {
    case 'selector':
      return true;
    case 'aggregation':
      // A parameter looks at whatever it looks at, all of it.
      if (expr.parameter !== undefined) return false;
      return !expr.grouping.without && labels.every((label) => expr.grouping.labels.includes(label)) && keepsApart(expr.argument, labels);
    case 'binary':
      return expr.matching === undefined && keepsApart(expr.left, labels) && keepsApart(expr.right, labels);
    default:
      return false;
  }
}

/** The series of a selection that a narrowing leaves. The same object for the same two. */
export function narrower(
  pick: (selection: Selection, positions: readonly number[]) => Selection,
): (selection: Selection, only: Narrowing) => Selection {
  return remember((selection: Selection, { list, labels }: Narrowing) => {
    const { numbers, size } = numberSeries([list, selection.list], { only: labels });
    const [wanted = new Int32Array(), found = new Int32Array()] = numbers;
    const isWanted = new Uint8Array(size);
    for (const number of wanted) isWanted[number] = 1;
    const positions: number[] = [];
    for (const [position, number] of found.entries()) if (isWanted[number] === 1) positions.push(position);
    return pick(selection, positions);
  });
}
