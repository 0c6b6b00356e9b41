// Which info series belong to which series, and the labels that come of it.
import { floatAt, intAt } from '../../../lib/columns.ts';
import { METRIC_NAME } from '../../../model/labels.ts';
import type { Matcher } from '../../../model/matcher.ts';
import { QueryError } from '../../../model/query-engine.ts';
import { NO_TEXT } from '../../../model/sample-source.ts';
import { printLabels } from '../labels/go-text.ts';
import { numberSeries } from '../labels/numbering.ts';
import { listOfLabels, type SeriesList } from '../labels/series-list.ts';
import type { Texts } from '../labels/texts.ts';
import { remember } from '../remember.ts';
import { isPresent, type Vector } from '../vector.ts';

/** Fixed by Prometheus, so that it need not know about metrics. */
const IDENTIFYING = ['instance', 'job'];

export interface InfoSettings {
  /** Of a metric's name: such series stay as they are. */
  readonly isInfo: (name: string) => boolean;
  /** Which labels are taken over; all when there are no conditions. */
  readonly onData: readonly Matcher[];
  readonly texts: Pick<Texts, 'idOf'>;
}

export interface Joined {
  readonly list: SeriesList;
  /** By info metric, per series the position of its info series, -1 without one. */
  readonly infosOf: readonly Int32Array[];
  /** 1 for series that no info series vouches for, where a condition asks for one. */
  readonly isLeftOut: Uint8Array;
}

/** Throws a QueryError where two info series contradict each other. */
export function infoJoin(settings: InfoSettings): (base: Vector, infos: Vector) => Joined {
  const pairs = remember((base: SeriesList, infos: SeriesList) => pairedLists({ base, infos }, settings));
  const demandsInfo = settings.onData.some((matcher) => !matcher.matches(''));
  const steady = steadyMatches();
  const enriched = remember((base: SeriesList, infos: SeriesList, infosOf: readonly Int32Array[]) =>
    enrichedList({ base, infos }, { infosOf, settings }),
  );
  return (base, infos) => {
    const pairing = pairs(base.list, infos.list);
    const infosOf = steady(newestInfos(infos, pairing));
    const { list, conflicts } = enriched(base.list, infos.list, infosOf);
    const isLeftOut = new Uint8Array(base.list.size);
    for (let position = 0; position < base.list.size; position += 1) {
      const conflict = conflicts.get(position);
      if (conflict !== undefined && isPresent(base, position)) throw new QueryError('execution', `conflicting label: ${conflict}`);
      const isMatched = pairing.isInfo[position] === 1 || infosOf.some((of) => intAt(of, position) >= 0);
      if (demandsInfo && !isMatched) isLeftOut[position] = 1;
    }
    return { list, infosOf, isLeftOut };
  };
}

interface Lists {
  readonly base: SeriesList;
  readonly infos: SeriesList;
}

interface Pairing {
  /** 1 for series that are info series themselves. */
  readonly isInfo: Uint8Array;
  /** Equal numbers for equal identities. */
  readonly baseIds: Int32Array;
  readonly infoIds: Int32Array;
  readonly size: number;
  /** Per info series a small number for its name. */
  readonly metricOf: Int32Array;
  readonly metrics: number;
  /** 1 for info series that are read at all: their instance and their job are those of some series. */
  readonly isWanted: Uint8Array;
}

function pairedLists({ base, infos }: Lists, { isInfo }: InfoSettings): Pairing {
  const { numbers, size } = numberSeries([base, infos], { only: IDENTIFYING });
  const [baseIds = new Int32Array(), infoIds = new Int32Array()] = numbers;
  const byName = numberSeries([infos], { only: [METRIC_NAME] });
  const ownInfo = new Uint8Array(base.size);
  for (let position = 0; position < base.size; position += 1) {
    if (isInfo(base.labels(position).get(METRIC_NAME) ?? '')) ownInfo[position] = 1;
  }
  return {
    isInfo: ownInfo,
    baseIds,
    infoIds,
    size,
    metricOf: byName.numbers[0] ?? new Int32Array(),
    metrics: byName.size,
    isWanted: wantedInfos({ base, infos }, ownInfo),
  };
}

function wantedInfos({ base, infos }: Lists, isInfo: Uint8Array): Uint8Array {
  const conditions = IDENTIFYING.flatMap((name) => {
    const ids = base.labelIds(name);
    const values = new Set([...ids].filter((id, position) => id !== NO_TEXT && isInfo[position] === 0));
    return values.size === 0 ? [] : [{ values, ids: infos.labelIds(name) }];
  });
  const isWanted = new Uint8Array(infos.size);
  // Series without any identity have no info series.
  if (conditions.length === 0) return isWanted;
  for (let at = 0; at < infos.size; at += 1) if (conditions.every(({ values, ids }) => values.has(intAt(ids, at)))) isWanted[at] = 1;
  return isWanted;
}

/** By info metric, per series of the base. */
function newestInfos(infos: Vector, pairing: Pairing): readonly Int32Array[] {
  const winners = Array.from({ length: pairing.metrics }, () => new Int32Array(pairing.size).fill(-1));
  for (let at = 0; at < infos.list.size; at += 1) {
    const winner = winners[intAt(pairing.metricOf, at)];
    if (winner === undefined || pairing.isWanted[at] === 0 || !isPresent(infos, at)) continue;
    const id = intAt(pairing.infoIds, at);
    const other = intAt(winner, id);
    if (other >= 0 && floatAt(infos.newestMs, other) === floatAt(infos.newestMs, at)) throw duplicate(infos, [other, at]);
    if (other < 0 || floatAt(infos.newestMs, other) < floatAt(infos.newestMs, at)) winner[id] = at;
  }
  return winners.map((winner) => pairing.baseIds.map((id, position) => (pairing.isInfo[position] === 1 ? -1 : intAt(winner, id))));
}

function duplicate({ list, newestMs }: Vector, [existing, added]: readonly [number, number]): QueryError {
  const print = (at: number): string => `${printLabels(list.labels(at))} @ ${floatAt(newestMs, at)}`;
  return new QueryError('execution', `found duplicate series for info metric: existing ${print(existing)}, new ${print(added)}`);
}

/** The arrays given last time in place of equal ones, so that labels made for them serve again. */
function steadyMatches(): (infosOf: readonly Int32Array[]) => readonly Int32Array[] {
  let last: readonly Int32Array[] = [];
  return (infosOf) => {
    const isSame =
      infosOf.length === last.length &&
      infosOf.every((of, metric) => of.length === last[metric]?.length && of.every((at, position) => at === last[metric]?.[position]));
    if (!isSame) last = infosOf;
    return last;
  };
}

interface Enriched {
  readonly list: SeriesList;
  /** By position: a label for which two info metrics have different values. */
  readonly conflicts: ReadonlyMap<number, string>;
}

function enrichedList(
  { base, infos }: Lists,
  { infosOf, settings }: { readonly infosOf: readonly Int32Array[]; readonly settings: InfoSettings },
): Enriched {
  const asked = new Set(settings.onData.map(({ name }) => name));
  const conflicts = new Map<number, string>();
  const series = Array.from({ length: base.size }, (_, position) => {
    const own = base.labels(position);
    const added = new Map<string, string>();
    for (const of of infosOf) {
      const at = intAt(of, position);
      if (at < 0) continue;
      for (const [name, value] of infos.labels(at)) {
        if (name === METRIC_NAME || (asked.size > 0 && !asked.has(name))) continue;
        if ((added.get(name) ?? value) !== value) conflicts.set(position, name);
        if (!own.has(name)) added.set(name, value);
      }
    }
    return new Map([...own, ...added]);
  });
  return { list: listOfLabels(series, settings.texts), conflicts };
}
