// A whole exposition read for people: families with their samples, and the lines that could not be read.
import parseText from 'parse-prometheus-text-format';
import { METRIC_NAME } from '../model/labels.ts';
import type { MetricType } from '../model/line.ts';
import { parseComment } from './comment.ts';
import { Families } from './families.ts';
import { type MalformedReason, parseLine, type Sample } from './line.ts';

export interface ExpositionFamily {
  readonly name: string;
  readonly type: MetricType;
  /** Empty when the text has no HELP line. */
  readonly help: string;
  /** In the order of the text; the rows of a histogram or summary are samples with names of their own. */
  readonly samples: readonly Sample[];
}

export interface Exposition {
  /** In the order in which the text first speaks of them. */
  readonly families: readonly ExpositionFamily[];
  readonly malformed: readonly { readonly lineNumber: number; readonly reason: MalformedReason; readonly text: string }[];
}

/** The scan that the one text is, as `Families` counts. */
const ONLY_SCAN = 1;
const NO_LIMITS = { lineBytes: Number.POSITIVE_INFINITY, labelsPerLine: Number.POSITIVE_INFINITY };

/** Never throws. A series said twice is two samples here: people want to see both. */
export function readExposition(text: string): Exposition {
  const families = new Families();
  const helps = new Map<string, string>();
  const samples: Sample[] = [];
  const malformed: Exposition['malformed'][number][] = [];
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.replace(/^[ \t]+|\r$/g, '');
    if (line.startsWith('#')) {
      readComment(line, { families, helps });
    } else if (line !== '') {
      const sample = readSample(line);
      if (typeof sample === 'string') {
        malformed.push({ lineNumber: index + 1, reason: sample, text: line });
        continue;
      }
      families.named(nameOf(sample));
      samples.push(sample);
    }
  }
  return { families: groupSamples({ families, helps, samples }), malformed };
}

interface Comments {
  readonly families: Families;
  readonly helps: Map<string, string>;
}

function readComment(line: string, { families, helps }: Comments): void {
  const comment = parseComment(line);
  if (comment === undefined) return;
  const family = families.named(comment.name);
  if (comment.help !== undefined && !helps.has(comment.name)) helps.set(comment.name, comment.help);
  if (comment.type === undefined || family.typedAt === ONLY_SCAN) return;
  family.type = comment.type;
  family.typedAt = ONLY_SCAN;
}

/**
 * The library gets one line at a time, without its TYPE: given a whole document it merges histograms that differ by labels only and
 * rows with equal labels, loses the last line when no newline follows it, and gives everything up at one line it cannot read.
 * Some sound lines it cannot read (blanks behind a comma, the label `__proto__`, quoted names of labels): those are taken from `parseLine`.
 */
function readSample(line: string): Sample | MalformedReason {
  const sample = parseLine(new TextEncoder().encode(line), NO_LIMITS);
  if (typeof sample === 'string') return sample;
  const read = readWithLibrary(line);
  const isWhole = read?.labels.size === sample.labels.size && [...read.labels.keys()].every((name) => sample.labels.has(name));
  return isWhole ? read : sample;
}

function readWithLibrary(line: string): Sample | undefined {
  const family = parseOrUndefined(`${line}\n`)?.at(0);
  const sample = family?.metrics[0];
  const value = parseNumber(sample?.value ?? '');
  if (family === undefined || sample === undefined || value === undefined) return undefined;
  const labels = new Map([[METRIC_NAME, family.name], ...Object.entries(sample.labels ?? {})]);
  return sample.timestamp_ms === undefined ? { labels, value } : { labels, value, timestampMs: Number(sample.timestamp_ms) };
}

function parseOrUndefined(text: string): ReturnType<typeof parseText> | undefined {
  try {
    return parseText(text);
  } catch {
    return undefined;
  }
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^(?<sign>[+-]?)inf(?:inity)?$/i;

function parseNumber(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = INFINITE.exec(text);
  if (infinite === null) return undefined;
  return infinite.groups?.['sign'] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function groupSamples({ families, helps, samples }: Comments & { readonly samples: readonly Sample[] }): ExpositionFamily[] {
  const groups = new Map<string, ExpositionFamily & { readonly samples: Sample[] }>();
  const groupOf = (name: string): Sample[] => {
    const family = families.familyOf(families.named(name), ONLY_SCAN);
    const group = groups.get(family.name) ?? { name: family.name, type: family.type, help: helps.get(family.name) ?? '', samples: [] };
    groups.set(family.name, group);
    return group.samples;
  };
  for (const name of families.names()) groupOf(name);
  for (const sample of samples) groupOf(nameOf(sample)).push(sample);
  return [...groups.values()];
}

function nameOf(sample: Sample): string {
  return sample.labels.get(METRIC_NAME) ?? '';
}
