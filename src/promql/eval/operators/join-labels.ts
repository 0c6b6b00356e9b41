// The labels of what two matched series make.
import { intAt } from '../../../lib/columns.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import type { Binary, Matching } from '../../syntax/ast.ts';
import { distinctnessWithin, identitiesOf } from '../labels/distinct.ts';
import { PairNumbers } from '../labels/pair-numbers.ts';
import { dropLabels, keepLabels, listLosing, listOfOnly, listWithout, METADATA_LABELS, type SeriesList } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import { isPresent, type Vector } from '../vector.ts';
import { matchingOf, sameMatches } from './matching.ts';
import type { Operation } from './operation.ts';

interface Unlabelled {
  /** The many side, before its values are those of results. */
  readonly vector: Vector;
  readonly one: Vector;
  /** Per series of the many side: its match in `one`, -1 without a result. */
  readonly partners: Int32Array;
  /** Per series of the many side: its match group. */
  readonly numbers: Int32Array;
  readonly run: Run;
}

interface Labelling {
  readonly operation: Operation;
  readonly settings: EvalSettings;
}

/**
 * Gives results their labels, in two calls: before the values of the many side are replaced by those of results, and after that.
 * Throws a QueryError when two come out with the same labels.
 */
export function joinLabeller(node: Binary, { operation, settings }: Labelling): (unlabelled: Unlabelled) => () => Vector {
  const matching = matchingOf(node);
  const include = matching.group?.include ?? [];
  const steady = steadyPartners();
  const requireDistinct = distinctnessWithin(settings);
  const identify = remember(identitiesOf);
  const { delayedNameRemoval } = settings;
  // Prometheus delays it for comparisons alone, and forgets what their operands would have lost.
  const losesName = delayedNameRemoval && node.returnsBool;
  const dropsName = operation.dropsName && !losesName;
  const labelsOf = (many: SeriesList, one: SeriesList, partners: Int32Array | undefined): SeriesList => {
    const own = dropsName ? listWithout(many, METADATA_LABELS, { namesDiffer: false }) : many;
    if (matching.group === undefined) return matchedList(own, matching);
    if (partners === undefined) return own;
    return listIncluding(own, { one, partners, include });
  };
  const listOf = remember((many: SeriesList, one: SeriesList, partners: Int32Array | undefined) => {
    const list = labelsOf(many, one, partners);
    return delayedNameRemoval ? listLosing(list, () => losesName) : list;
  });
  // Matched one-to-one, results differ as their match groups do: but for what all of them lose.
  const mayRepeat =
    matching.group !== undefined || (dropsName && matching.on && METADATA_LABELS.some((name) => matching.labels.includes(name)));
  return (unlabelled) => {
    const { vector, one, partners, run } = unlabelled;
    const list = listOf(vector.list, one.list, include.length === 0 ? undefined : steady(partners));
    const labelled = { list, values: vector.values, newestMs: vector.newestMs };
    if (!mayRepeat) return () => labelled;
    const { identities, size } = identify(list);
    if (size === list.size) return () => labelled;
    if (matching.group !== undefined) requireUniqueMatches(list, { ...unlabelled, identities });
    return () => {
      requireDistinct(labelled, run);
      return labelled;
    };
  };
}

/** Of matches in one group no two may have the same labels, whether or not a comparison leaves them. */
function requireUniqueMatches(
  list: SeriesList,
  { vector, one, partners, numbers, identities }: Unlabelled & { readonly identities: Int32Array },
): void {
  const pairs = new PairNumbers();
  for (let position = 0; position < list.size; position += 1) {
    const partner = intAt(partners, position);
    if (partner < 0 || !isPresent(vector, position) || !isPresent(one, partner)) continue;
    const known = pairs.count;
    if (pairs.of(intAt(numbers, position), intAt(identities, position)) < known) throw sameMatches(list.labels(position));
  }
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
    losesName: own.losesName,
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
