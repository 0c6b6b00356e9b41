// The labels of what two matched series make.
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import type { Binary, Matching } from '../ast.ts';
import { numberAt } from './columns.ts';
import { distinctness } from './distinct.ts';
import { matchingOf } from './matching.ts';
import type { Operation } from './operation.ts';
import { remember } from './remember.ts';
import { dropLabels, keepLabels, lazyList, type SeriesList } from './series-list.ts';
import type { Vector } from './vector.ts';

interface Unlabelled {
  /** Beside the series of the many side. */
  readonly vector: Vector;
  readonly one: SeriesList;
  /** Per series of the many side: its match in `one`, -1 without a result. */
  readonly partners: Int32Array;
}

/** Gives results their labels; throws a QueryError when two results come out with the same ones. */
export function joinLabeller(node: Binary, { dropsName }: Operation): (unlabelled: Unlabelled) => Vector {
  const matching = matchingOf(node);
  const asked = matching.group?.include ?? [];
  // With bool the name goes last of all, an included one too.
  const include = node.returnsBool ? asked.filter((name) => name !== METRIC_NAME) : asked;
  const steady = steadyPartners();
  const requireDistinct = distinctness();
  const listOf = remember((many: SeriesList, one: SeriesList, partners: Int32Array | undefined): SeriesList => {
    const make = (position: number): Labels => {
      const own = dropsName ? dropLabels(many.labels(position), [METRIC_NAME]) : many.labels(position);
      if (matching.group === undefined) return matchedLabels(own, matching);
      const partner = partners === undefined ? -1 : numberAt(partners, position);
      return partner < 0 ? own : withIncluded(own, { from: one.labels(partner), include });
    };
    return lazyList({ size: many.size, namesDiffer: include.includes(METRIC_NAME) || (!dropsName && many.namesDiffer), make });
  });
  return ({ vector, one, partners }) => {
    const list = listOf(vector.list, one, include.length === 0 ? undefined : steady(partners));
    const labelled = { ...vector, list };
    // Matched one-to-one, results differ as their match groups do.
    if (matching.group !== undefined) requireDistinct(labelled);
    return labelled;
  };
}

function matchedLabels(labels: Labels, { on, labels: names }: Matching): Labels {
  return on ? keepLabels(labels, names) : dropLabels(labels, names);
}

function withIncluded(own: Labels, { from, include }: { readonly from: Labels; readonly include: readonly string[] }): Labels {
  return new Map([...dropLabels(own, include), ...keepLabels(from, include)]);
}

/** The array given last time in place of an equal one, so that labels made for it serve again. */
function steadyPartners(): (partners: Int32Array) => Int32Array {
  let last = new Int32Array();
  return (partners) => {
    const isSame = last.length === partners.length && last.every((partner, position) => partner === partners[position]);
    if (!isSame) last = Int32Array.from(partners);
    return last;
  };
}
