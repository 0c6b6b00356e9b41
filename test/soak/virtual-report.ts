// What a day on the virtual clock found.
import { machine, mib, percent, type Summary } from './report.ts';
import { trendOf } from './trend.ts';
import type { Hour, VirtualSoak } from './virtual.ts';

/** The first hour fills retention, plans and caches. */
const SETTLED_HOURS = 2;
const GROWTH_LIMIT = 0.03;

export function virtualLine({
  hour,
  usedBytes,
  series,
  lines,
  storeTargets,
  storeBytes,
  ownSeries,
  answered,
  without,
  unanswered,
}: Hour): string {
  return [
    `hour ${hour}: in use ${mib(usedBytes)}, of it for samples ${mib(storeBytes)}`,
    `${series} series, ${lines} lines, ${storeTargets} targets in the store, ${ownSeries} series of its own`,
    `answers ${answered} (${without} without a number), unanswered ${unanswered}`,
  ].join('; ');
}

export function virtualSummary(hours: readonly Hour[], { spec, tookMs }: { readonly spec: VirtualSoak; readonly tookMs: number }): Summary {
  const settled = hours.filter(({ hour }) => hour >= SETTLED_HOURS);
  const counted = [
    ['memory in use after a collection', 'usedBytes', mib],
    ['memory held for samples', 'storeBytes', mib],
    ['series', 'series', String],
    ['distinct lines', 'lines', String],
    ['targets in the store', 'storeTargets', String],
    ['time series of its own', 'ownSeries', String],
  ] as const;
  const rows = counted.map(([what, key, show]) => {
    const { growth } = trendOf(settled.map((hour) => ({ at: hour.hour, value: hour[key] })));
    const [first, last] = [settled[0]?.[key], settled.at(-1)?.[key]];
    const isWell = growth < GROWTH_LIMIT;
    return {
      isWell,
      line: `| ${what} | ${show(first ?? Number.NaN)} | ${show(last ?? Number.NaN)} | ${percent(growth)} | ${isWell ? 'held' : '**not held**'} |`,
    };
  });
  let answered = 0;
  let unanswered = 0;
  for (const hour of hours) {
    answered += hour.answered;
    unanswered += hour.unanswered;
  }
  const markdown = [
    `${spec.hours} hours on a virtual clock in ${Math.round(tookMs / 60_000)} minutes, ${spec.targets} targets every 30 s of which ${spec.churn} are replaced every five minutes, another build of a model every three hours; ${machine()}.`,
    `${answered} questions of ${spec.hpas} HPAs were answered, ${unanswered} were not.`,
    '',
    `| | after ${settled[0]?.hour} h | after ${settled.at(-1)?.hour} h | trend over all hours | below ${percent(GROWTH_LIMIT)} |`,
    '|---|---|---|---|---|',
    ...rows.map(({ line }) => line),
  ].join('\n');
  return { isWell: rows.every(({ isWell }) => isWell) && unanswered === 0, markdown: `${markdown}\n` };
}
