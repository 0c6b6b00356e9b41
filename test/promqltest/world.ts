// What the commands of a file have loaded so far, and an engine over it.
import { type Labels, METRIC_NAME } from '../../src/model/labels.ts';
import type { QueryEngine } from '../../src/model/query-engine.ts';
import type { SampleSource } from '../../src/model/sample-source.ts';
import { selectorsOf } from '../../src/promql/syntax/ast.ts';
import { type ArraySource, arraySource } from '../promql/support/array-source.ts';
import { samplesOf } from '../promql/support/load.ts';
import type { LoadCommand } from './format/commands.ts';
import { at } from './format/eval.ts';
import { readable } from './pinned.ts';

export type OpenEngine = (source: SampleSource) => QueryEngine;

export class World {
  readonly #open: OpenEngine;
  #source: ArraySource;
  #engine: QueryEngine;
  /** Labels of series that are native histograms, at least in part: they are left out. */
  #native: Labels[] = [];

  constructor(open: OpenEngine) {
    this.#open = open;
    this.#source = arraySource();
    this.#engine = open(this.#source);
  }

  get engine(): QueryEngine {
    return this.#engine;
  }

  clear(): void {
    this.#source = arraySource();
    this.#engine = this.#open(this.#source);
    this.#native = [];
  }

  /** Says how many series are left out. Throws a FormatError where a sample is older than what its series has. */
  load({ line, stepMs, series, withNative }: LoadCommand): number {
    const before = this.#native.length;
    for (const { labels, points } of series) {
      if (points.includes('histogram')) this.#native.push(labels);
      else if (points.some((point) => point !== 'none')) at(line, () => this.#source.append(labels, samplesOf(points, stepMs)));
    }
    if (withNative) this.#native.push(...nativeOf(series.map(({ labels }) => labels)));
    return this.#native.length - before;
  }

  /** Whether an expression asks for series that were left out. */
  needsNative(expr: string): boolean {
    const tree = this.#native.length === 0 ? undefined : readable(expr);
    if (tree === undefined) return false;
    return selectorsOf(tree).some(({ matchers }) =>
      this.#native.some((labels) => matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ''))),
    );
  }
}

const PART = /_(?:bucket|count|sum)$/;

/** The labels of the native histograms that classic ones are made into: one for all series of a histogram. */
function nativeOf(classic: readonly Labels[]): readonly Labels[] {
  const made = new Map<string, Labels>();
  for (const labels of classic) {
    const name = labels.get(METRIC_NAME) ?? '';
    if (!PART.test(name)) continue;
    const native = new Map([...labels].filter(([label]) => label !== 'le'));
    native.set(METRIC_NAME, name.replace(PART, ''));
    made.set(JSON.stringify([...native].sort()), native);
  }
  return [...made.values()];
}
