// What a soak found: whether all is well, and a summary in Markdown.
import { cpus, totalmem } from 'node:os';
import type { Minute, RealSoak } from './real.ts';
import { trendOf } from './trend.ts';

const MIB = 1024 * 1024;
/** From here on the retention is full of churn, and everything was used once. */
const SETTLED_MINUTES = 10;
/** Over the rest of the run. RSS moves by what the allocator keeps; memory in use after a collection does not. */
const LIMITS = { used: 0.05, rss: 0.1 };
/** The 99th percentile of the event loop's delay in a minute. */
const DELAY_P99_MS = 50;

export interface Summary {
  readonly isWell: boolean;
  readonly markdown: string;
}

export function summaryOf(minutes: readonly Minute[], spec: RealSoak): Summary {
  const settled = minutes.filter(({ minute }) => minute > Math.min(SETTLED_MINUTES, spec.minutes / 3));
  const trend = (of: (minute: Minute) => number) => trendOf(settled.map((minute) => ({ at: minute.minute, value: of(minute) })));
  const used = trend(({ usedBytes }) => usedBytes);
  const rss = trend(({ rssBytes }) => rssBytes);
  const unanswered = minutes.flatMap((minute) => minute.unanswered);
  const answered = sum(minutes.map((minute) => minute.answered));
  const delays = settled.map(({ delayP99Ms }) => delayP99Ms);
  const rows = [
    [
      'memory in use after a collection',
      `${mib(used.mean)} on average, ${percent(used.growth)} over the run`,
      `below ${percent(LIMITS.used)}`,
      used.growth < LIMITS.used,
    ],
    [
      'resident memory (RSS)',
      `${mib(rss.mean)} on average, ${percent(rss.growth)} over the run`,
      `below ${percent(LIMITS.rss)}`,
      rss.growth < LIMITS.rss,
    ],
    ['questions without an answer', `${unanswered.length} of ${answered + unanswered.length}`, 'none', unanswered.length === 0],
    [
      'answers, median / 99th percentile of the worst minute / slowest',
      `${ms(median(minutes.map(({ p50Ms }) => p50Ms)))} / ${ms(Math.max(...minutes.map(({ p99Ms }) => p99Ms)))} / ${ms(Math.max(...minutes.map(({ maxMs }) => maxMs)))}`,
      '',
      true,
    ],
    [
      'delay of the event loop, 99th percentile of the median and of the worst minute',
      `${ms(median(delays))} / ${ms(Math.max(...delays))}`,
      `median below ${DELAY_P99_MS} ms`,
      median(delays) < DELAY_P99_MS,
    ],
    ['delay of the event loop, longest', ms(Math.max(...settled.map(({ delayMaxMs }) => delayMaxMs))), '', true],
    ['series, first and last settled minute', `${settled[0]?.series} and ${settled.at(-1)?.series}`, '', true],
    ['answers that say why there is no number', String(sum(minutes.map(({ without }) => without))), '', true],
  ] as const;
  const body = rows.map(
    ([what, found, limit, ok]) => `| ${what} | ${found} | ${limit === '' ? '' : `${limit}: ${ok ? 'held' : '**not held**'}`} |`,
  );
  const markdown = [
    `${spec.minutes} minutes, ${spec.targets} targets every 5 s of which ${spec.churn} are replaced each minute, ${spec.hpas} HPAs every 15 s; ${machine()}.`,
    '',
    '| | found | limit |',
    '|---|---|---|',
    ...body,
    '',
    ...unanswered.slice(0, 5).map((one) => `- ${one}`),
  ].join('\n');
  return { isWell: rows.every(([, , , ok]) => ok), markdown: `${markdown.trimEnd()}\n` };
}

/** Date included: figures are those of a day and a machine. */
export function machine(now = new Date()): string {
  const [cpu] = cpus();
  return `${now.toISOString().slice(0, 10)}, ${cpus().length} cores (${cpu?.model.trim() || 'unknown'}), ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.versions.node}`;
}

export function lineOf({ minute, rssBytes, usedBytes, delayP99Ms, delayMaxMs, series, up, down, ...tally }: Minute): string {
  const { answered, without, unanswered, p50Ms, p99Ms, maxMs } = tally;
  return [
    `minute ${minute}: rss ${mib(rssBytes)}, in use ${mib(usedBytes)}, ${series} series, targets ${up} up ${down} down`,
    `answers ${answered} (${without} without a number) ${ms(p50Ms)} / ${ms(p99Ms)} / ${ms(maxMs)}, unanswered ${[unanswered.length, ...unanswered].join(' ')}`,
    `event loop p99 ${ms(delayP99Ms)} max ${ms(delayMaxMs)}`,
  ].join('; ');
}

export function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
