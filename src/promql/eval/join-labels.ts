// The labels of what two matched series make.
import { intAt } from '../../lib/columns.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { Binary, Matching } from '../syntax/ast.ts';
import { distinctness } from './distinct.ts';
import { matchingOf } from './matching.ts';
import type { Operation } from './operation.ts';
import { remember } from './remember.ts';
import { dropLabels, keepLabels, listOfOnly, listWithout, type SeriesList } from './series-list.ts';
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
    const own = dropsName ? listWithout(many, [METRIC_NAME], { namesDiffer: false }) : many;
    if (matching.group === undefined) return matchedList(own, matching);
    if (partners === undefined) return own;
    return listIncluding(own, { one, partners, include });
  });
  return ({ vector, one, partners }) => {
    const list = listOf(vector.list, one, include.length === 0 ? undefined : steady(partners));
    const labelled = { list, values: vector.values, newestMs: vector.newestMs };
    // Matched one-to-one, results differ as their match groups do.
    if (matching.group !== undefined) requireDistinct(labelled);
    return labelled;
  };
}

function matchedList(list: SeriesList, { on, labels }: Matching): SeriesList {
  return on ? listOfOnly(list, labels) : listWithout(list, labels, { namesDiffer: list.namesDiffer });
}

interface Included {
  readonly one: SeriesList;
  readonly partners: Int32Array;
  readonly include: readonly string[];
}

/** Each series with some labels of its match on the other side in place of its own. */
function listIncluding(own: SeriesList, { one, partners, include }: Included): SeriesList {
  const partnerOf = (position: number): number => intAt(partners, position);
  return {
    size: own.size,
    namesDiffer: own.namesDiffer || include.includes(METRIC_NAME),
    labels: (position) => {
      const partner = partnerOf(position);
      if (partner < 0) return own.labels(position);
      return new Map([...dropLabels(own.labels(position), include), ...keepLabels(one.labels(partner), include)]);
    },
    labelNames: () => new Set([...own.labelNames(), ...include]),
    labelIds: (name) => {
      const ids = own.labelIds(name);
      if (!include.includes(name)) return ids;
      const others = one.labelIds(name);
      return ids.map((id, position) => (partnerOf(position) < 0 ? id : intAt(others, partnerOf(position))));
    },
  };
}

/** The array given last time in place of an equal one, so that labels made for it serve again. */
function steadyPartners(): (partners: Int32Array) => Int32Array {
  let given: Int32Array = new Int32Array();
  let last = given;
  return (partners) => {
    if (partners === given) return last;
    given = partners;
    const isSame = last.length === partners.length && last.every((partner, position) => partner === partners[position]);
    if (!isSame) last = Int32Array.from(partners);
    return last;
  };
}
