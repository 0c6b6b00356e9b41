// Prometheus text written from data: `parse(write(x)) = x`.
import { METRIC_NAME } from '../model/labels.ts';
import type { MetricType } from '../model/line.ts';
import type { Sample } from './line.ts';

/** Names that the format takes without quotes. */
const METRIC_WORD = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_WORD = /^[a-zA-Z_]\w*$/;

export interface WrittenFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Each with its own name in its labels: a histogram's rows have suffixes. */
  readonly samples: Iterable<Sample>;
}

/** The HELP and TYPE lines of a family and its samples, in the order given. */
export function writeFamily({ name, help, type, samples }: WrittenFamily): string {
  let text = `# HELP ${metricWord(name)} ${escapeHelp(help)}\n${writeType(name, type)}`;
  for (const sample of samples) text += writeSample(sample);
  return text;
}

/** A TYPE line with its end. */
export function writeType(name: string, type: MetricType): string {
  return `# TYPE ${metricWord(name)} ${type === 'unknown' ? 'untyped' : type}\n`;
}

/** One line with its end. */
export function writeSample({ labels, value, timestampMs }: Sample): string {
  const time = timestampMs === undefined ? '' : ` ${timestampMs}`;
  const pairs: string[] = [];
  for (const [name, text] of labels) {
    if (name !== METRIC_NAME) pairs.push(writeLabel(name, text));
  }
  return `${joinSeries(labels.get(METRIC_NAME) ?? '', pairs)} ${formatValue(value)}${time}\n`;
}

/** The fewest digits that read back as the same double; `NaN`, `+Inf` and `-Inf` as Prometheus writes them. */
export function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

export function escapeLabelValue(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

export function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (character) => (character === '\n' ? '\\n' : '\\\\'));
}

export function writeLabel(name: string, value: string): string {
  return `${LABEL_WORD.test(name) ? name : quoted(name)}="${escapeLabelValue(value)}"`;
}

/** The series of a metric with labels already written. Joined, not concatenated: V8 would keep the pieces as long as the whole. */
export function joinSeries(name: string, labels: readonly string[]): string {
  if (!METRIC_WORD.test(name)) return ['{', [quoted(name), ...labels].join(','), '}'].join('');
  return labels.length === 0 ? name : [name, '{', labels.join(','), '}'].join('');
}

function metricWord(name: string): string {
  return METRIC_WORD.test(name) ? name : quoted(name);
}

function quoted(name: string): string {
  return `"${escapeLabelValue(name)}"`;
}
