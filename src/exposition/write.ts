// Prometheus text written from data: `parse(write(x)) = x`.
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import type { MetricType } from '../model/line.ts';
import type { Sample } from './line.ts';

export interface WrittenFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Each with its own name in its labels: a histogram's rows have suffixes. */
  readonly samples: Iterable<Sample>;
}

/** The HELP and TYPE lines of a family and its samples, in the order given. Names must be valid: they are written as they are. */
export function writeFamily({ name, help, type, samples }: WrittenFamily): string {
  let text = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type === 'unknown' ? 'untyped' : type}\n`;
  for (const sample of samples) text += writeSample(sample);
  return text;
}

/** One line with its end. */
export function writeSample({ labels, value, timestampMs }: Sample): string {
  const time = timestampMs === undefined ? '' : ` ${timestampMs}`;
  return `${labels.get(METRIC_NAME) ?? ''}${writeLabels(labels)} ${formatValue(value)}${time}\n`;
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

function writeLabels(labels: Labels): string {
  const pairs: string[] = [];
  for (const [name, value] of labels) {
    if (name !== METRIC_NAME) pairs.push(`${name}="${escapeLabelValue(value)}"`);
  }
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
