// One pod down to what its targets say of it.
import type { Explanation, Pod, Series, Target } from './document.ts';
import { numberText, rowsText, secondsText, since } from './layout.ts';

interface SourcesOptions extends Pick<Explanation, 'targets' | 'time'> {
  /** Also the series that do not matter: those left out, and most of those that are 0. */
  readonly all: boolean;
  /** Whether its answer has said what to do. */
  readonly isTold: boolean;
}

export function sourcesText(pod: Pod, { targets, time, all, isTold }: SourcesOptions): string {
  const ids = [...new Set([...pod.targets, ...pod.series.map(({ target }) => target)])];
  const facts = new Set<string>();
  const blocks = ids.map((id) => {
    const target = targets.find((one) => one.id === id);
    const { shown, hidden } = withoutNoise(
      pod.series.filter((one) => one.target === id),
      all,
    );
    const rows = rowsText(
      shown.map((series) => seriesRow(series, { time, facts })),
      '    ',
    );
    return (target === undefined ? `  ${id}\n` : targetText(target, time)) + rows + (hidden === '' ? '' : `    ${hidden}; see --all\n`);
  });
  const { missing, moreSeries } = pod;
  const why = missing === undefined ? [] : [...missing.evidence, ...(isTold ? [] : [`to do: ${missing.remedy}`])];
  const more = moreSeries > 0 ? `  and ${moreSeries} more series\n` : '';
  return `${pod.pod}${pod.ready ? '' : ' (not ready)'}\n${why.map((text) => `  ${text}\n`).join('')}${blocks.join('')}${more}`;
}

function targetText(target: Target, time: string): string {
  const { instance, source, state, lastScrape, durationSeconds, intervalSeconds, error, consecutiveFailures, warnings } = target;
  const isWell = state === 'up';
  const took = durationSeconds === undefined ? '' : ` in ${secondsText(durationSeconds)}`;
  const read = lastScrape === undefined ? 'not read yet' : `${isWell ? 'read' : 'tried'} ${since(lastScrape, time)} ago${took}`;
  const times = consecutiveFailures > 1 ? ` (${consecutiveFailures} times)` : '';
  return [
    `  ${instance}   ${source}, ${isWell ? 'up' : state.toUpperCase()}, ${read}, every ${secondsText(intervalSeconds)}`,
    ...(error === undefined ? [] : [`    ${error.failure}${times}: ${error.message}`]),
    ...warnings.map(({ code, message }) => `    ${code}: ${message}`),
    '',
  ].join('\n');
}

/** Zeros that are shown among others: they say that a series is there. */
const ZEROS_SHOWN = 2;

function withoutNoise(series: readonly Series[], all: boolean): { readonly shown: readonly Series[]; readonly hidden: string } {
  if (all) return { shown: series, hidden: '' };
  const counting = series.filter(({ leftOut }) => leftOut === undefined);
  const zeros = counting.filter((one) => readOf(one) === 0);
  const dropped = zeros.length > ZEROS_SHOWN ? new Set(zeros.slice(zeros.length === counting.length ? ZEROS_SHOWN : 0)) : new Set<Series>();
  const left = series.filter(({ leftOut }) => leftOut !== undefined);
  const hidden = [
    dropped.size === 0 ? '' : `${dropped.size} series that are 0`,
    ...[...Map.groupBy(left, ({ leftOut }) => leftOut)].map(
      ([why, those]) => `${those.length} series that do not count (${modelsOf(those)}: ${why})`,
    ),
  ].filter((text) => text !== '');
  return { shown: counting.filter((one) => !dropped.has(one)), hidden: hidden.join('; ') };
}

function modelsOf(series: readonly Series[]): string {
  return [...new Set(series.map(({ labels }) => labels['model'] ?? ''))].join(', ');
}

function seriesRow(series: Series, { time, facts }: { readonly time: string; readonly facts: Set<string> }): readonly string[] {
  const { range, leftOut } = series;
  const value = numberText(readOf(series)) + (range?.perSecond === undefined ? '' : '/s');
  const line = leftOut === undefined ? lineText(series, facts) : `${lineText(series, facts)}   does not count: ${leftOut}`;
  return [value, aboutText(series, time), line];
}

function readOf({ newest, range }: Series): number | null | undefined {
  return range?.perSecond ?? (newest ?? range?.last)?.value;
}

function aboutText({ newest, range }: Series, time: string): string {
  if (range !== undefined) {
    const taken = (Date.parse(range.last.time) - Date.parse(range.first.time)) / 1000;
    return range.samples === 1 ? `1 sample in ${secondsText(range.seconds)}` : `${range.samples} samples over ${secondsText(taken)}`;
  }
  return newest === undefined ? '' : `${since(newest.time, time)} old`;
}

/** What the target says; where the series has another name, that too. `facts` are those told already. */
function lineText({ name, labels, said, fact }: Series, facts: Set<string>): string {
  if (said === undefined) {
    const isTold = fact === undefined || facts.has(fact);
    if (fact !== undefined) facts.add(fact);
    return `${name}${labelsText(labels)}${isTold ? '' : `   ← ${fact}`}`;
  }
  if (said.line.startsWith(`${name}{`) || said.line.startsWith(`${name} `)) return said.line;
  const { times = 1, dividedBy = 1, guards } = said;
  const scale = dividedBy !== 1 ? ` ÷ ${dividedBy}` : times !== 1 ? ` × ${times}` : '';
  return `${name} ← ${said.line}${scale}${guards.includes('converted') ? ' (unit by what the family has shown)' : ''}`;
}

/** Labels that the target gives to all its series say nothing here, and those whose text is told as a fact. */
const UNSAID = [
  ...['job', 'instance', 'namespace', 'pod', 'container', 'node', 'app', 'service'],
  ...['deployment', 'statefulset', 'daemonset', 'replicaset', 'evidence', 'why'],
];

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([name]) => !UNSAID.includes(name));
  return pairs.length === 0 ? '' : `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
}
