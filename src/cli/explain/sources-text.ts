// One pod down to what its targets say of it.
import type { Explanation, Pod, Series, Target } from './document.ts';
import { numberText, rowsText, secondsText, since } from './layout.ts';

export function sourcesText(pod: Pod, { targets, time }: Pick<Explanation, 'targets' | 'time'>): string {
  const ids = [...new Set([...pod.targets, ...pod.series.map(({ target }) => target)])];
  const blocks = ids.map((id) => {
    const target = targets.find((one) => one.id === id);
    const series = pod.series.filter(({ target: of }) => of === id);
    return (
      (target === undefined ? `  ${id}\n` : targetText(target, time)) +
      rowsText(
        series.map((one) => seriesRow(one, time)),
        '    ',
      )
    );
  });
  const { missing, moreSeries } = pod;
  const why = missing === undefined ? [] : [...missing.evidence, `to do: ${missing.remedy}`];
  const more = moreSeries > 0 ? `  and ${moreSeries} more series\n` : '';
  return `${pod.pod}${pod.ready ? '' : ' (not ready)'}\n${why.map((text) => `  ${text}\n`).join('')}${blocks.join('')}${more}`;
}

function targetText(
  { instance, source, state, lastScrape, durationSeconds, intervalSeconds, error, consecutiveFailures, warnings }: Target,
  time: string,
): string {
  const isWell = state === 'up';
  const read =
    lastScrape === undefined
      ? 'not read yet'
      : `read ${since(lastScrape, time)} ago${durationSeconds === undefined ? '' : ` in ${secondsText(durationSeconds)}`}`;
  const times = consecutiveFailures > 1 ? ` (${consecutiveFailures} times)` : '';
  return [
    `  ${instance}   ${source}, ${isWell ? 'up' : state.toUpperCase()}, ${read}, every ${secondsText(intervalSeconds)}`,
    ...(error === undefined ? [] : [`    ${error.failure}${times}: ${error.message}`]),
    ...warnings.map(({ code, message }) => `    ${code}: ${message}`),
    '',
  ].join('\n');
}

function seriesRow(series: Series, time: string): readonly string[] {
  return [valueText(series), aboutText(series, time), lineText(series)];
}

function valueText({ newest, range }: Series): string {
  if (range?.perSecond !== undefined) return `${numberText(range.perSecond)}/s`;
  return numberText((newest ?? range?.last)?.value);
}

function aboutText({ newest, range }: Series, time: string): string {
  if (range !== undefined) {
    const taken = (Date.parse(range.last.time) - Date.parse(range.first.time)) / 1000;
    return range.samples === 1 ? `1 sample in ${secondsText(range.seconds)}` : `${range.samples} samples over ${secondsText(taken)}`;
  }
  return newest === undefined ? '' : `${since(newest.time, time)} old`;
}

/** What the target says; where the series has another name, that too. */
function lineText({ name, labels, said, fact }: Series): string {
  if (said === undefined) return `${name}${labelsText(labels)}${fact === undefined ? '' : `   ← ${fact}`}`;
  const isSame = said.line.startsWith(`${name}{`) || said.line.startsWith(`${name} `);
  const scale =
    said.dividedBy !== undefined && said.dividedBy !== 1
      ? ` ÷ ${said.dividedBy}`
      : said.times !== undefined && said.times !== 1
        ? ` × ${said.times}`
        : '';
  const converted = said.guards.includes('converted') ? ' (by what the family has shown)' : '';
  return isSame ? said.line : `${name} ← ${said.line}${scale}${converted}`;
}

/** Labels that the target gives to all its series say nothing here. */
const OF_TARGETS = [
  'job',
  'instance',
  'namespace',
  'pod',
  'container',
  'node',
  'app',
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'service',
  'evidence',
  'why',
];

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([name]) => !OF_TARGETS.includes(name));
  return pairs.length === 0 ? '' : `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`;
}
