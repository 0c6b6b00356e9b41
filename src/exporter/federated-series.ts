// Series on their way into a federated answer: written once, whatever lines and targets they come from.
import { formatValue, joinSeries, writeLabel } from '../exposition/write.ts';
import { hashOfText } from '../lib/hash.ts';
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import type { NewestSample } from '../model/newest-series.ts';
import { QueryError } from '../model/query-engine.ts';

interface WrittenMetric {
  readonly metric: string | undefined;
  /** The series without labels, and what it begins with where there are some. */
  readonly bare: string;
  readonly start: string;
  readonly hash: number;
}

/** Labels as they are written, in the order of their names: made once for all the series that have them. */
interface WrittenLabels extends WrittenMetric {
  readonly names: readonly string[];
  /** Empty for a label that is to be absent. */
  readonly texts: readonly string[];
  /** Of each text. */
  readonly hashes: readonly number[];
}

export class FederatedSeries {
  readonly #limit: number;
  /** Series by the sum of their labels' hashes: they are few that share one, and a whole text is slow to hash. */
  readonly #known = new Map<number, string[]>();
  #size = 0;
  readonly #families = new Map<string, string[]>();
  readonly #written = new Map<Labels, WrittenLabels>();
  #time = { ms: Number.NaN, text: '' };

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The first sample of a series stays; throws a QueryError for one series too many. */
  add({ line, target, value, timeMs }: NewestSample): void {
    const said = this.#writtenOf(line);
    const added = this.#writtenOf(target);
    const metric = said.metric ?? added.metric ?? '';
    const { texts, hash } = merged(said, added);
    const named = said.metric === undefined ? added : said;
    const series = seriesText(named, texts);
    if (!this.#isNew((hash + named.hash) | 0, series)) return;
    if (this.#size > this.#limit) {
      throw new QueryError('over-limit', `cannot federate more than ${this.#limit} series in one answer; narrow match[]`);
    }
    const text = `${series} ${formatValue(value)} ${this.#timeText(timeMs)}\n`;
    const lines = this.#families.get(metric);
    if (lines === undefined) this.#families.set(metric, [text]);
    else lines.push(text);
  }

  /** By name, in order; the lines of each as they came. */
  families(): readonly (readonly [name: string, lines: readonly string[]])[] {
    return [...this.#families].sort(([one], [other]) => (one < other ? -1 : 1));
  }

  #isNew(hash: number, series: string): boolean {
    const alike = this.#known.get(hash);
    if (alike === undefined) this.#known.set(hash, [series]);
    else if (alike.includes(series)) return false;
    else alike.push(series);
    this.#size += 1;
    return true;
  }

  #writtenOf(labels: Labels): WrittenLabels {
    const known = this.#written.get(labels);
    if (known !== undefined) return known;
    const names = [...labels.keys()].filter((name) => name !== METRIC_NAME).sort();
    const texts = names.map((name) => (labels.get(name) ? writeLabel(name, labels.get(name) ?? '') : ''));
    const written = { ...writtenMetric(labels.get(METRIC_NAME)), names, texts, hashes: texts.map(hashOfText) };
    this.#written.set(labels, written);
    return written;
  }

  /** Series of one target mostly have one time. */
  #timeText(timeMs: number): string {
    if (this.#time.ms !== timeMs) this.#time = { ms: timeMs, text: String(Math.floor(timeMs)) };
    return this.#time.text;
  }
}

const MARK = 'l=""';

function writtenMetric(metric: string | undefined): WrittenMetric {
  const name = metric ?? '';
  const marked = joinSeries(name, [MARK]);
  return { metric, bare: joinSeries(name, []), start: marked.slice(0, marked.lastIndexOf(MARK)), hash: hashOfText(name) };
}

/** In one copy: there are a hundred thousand of them. */
function seriesText({ bare, start }: WrittenMetric, texts: string[]): string {
  if (texts.length === 0) return bare;
  texts[0] = `${start}${texts[0]}`;
  texts.push(`${texts.pop()}}`);
  return texts.join(',');
}

/** Both in the order of names, so that equal series are equal texts; the line's labels win. */
function merged(line: WrittenLabels, target: WrittenLabels): { readonly texts: string[]; readonly hash: number } {
  const texts: string[] = [];
  let hash = 0;
  const add = (of: WrittenLabels, index: number): void => {
    const text = of.texts[index] ?? '';
    if (text === '') return;
    texts.push(text);
    hash = (hash + (of.hashes[index] ?? 0)) | 0;
  };
  let at = 0;
  for (const [index, name] of line.names.entries()) {
    for (; at < target.names.length && (target.names[at] ?? '') < name; at += 1) add(target, at);
    if (target.names[at] === name) at += 1;
    add(line, index);
  }
  for (; at < target.names.length; at += 1) add(target, at);
  return { texts, hash };
}
