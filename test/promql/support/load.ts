// Samples as a table: one series a line, one value a step, in the manner of promqltest.
import type { Labels } from '../../../src/model/labels.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import type { Matcher } from '../../../src/model/matcher.ts';
import { type RowId, type SampleSource, type SampleWindow, sampleWindow } from '../../../src/model/sample-source.ts';
import { parseMatchers } from '../../../src/promql/syntax/parse-selector.ts';
import { growthOf } from '../../../src/store/growth.ts';

interface Sample {
  readonly timeMs: number;
  readonly value: number | 'stale';
}

interface Row {
  readonly labels: Labels;
  readonly samples: readonly Sample[];
}

export interface LoadedSource extends SampleSource {
  /** Adds the series of another table as new rows. */
  add(stepMs: number, table: string): void;
  /** Frees every row that has the label. */
  remove(name: string, value: string): void;
}

/**
 * Values stand at 0, stepMs, 2 × stepMs … : numbers, `NaN`, `Inf`, `-Inf`, `_` for none, `stale` for a staleness mark,
 * and `0+10x3` for 0 10 20 30. The label `instance` is the target's id too.
 */
export function load(stepMs: number, table: string): LoadedSource {
  const rows = new Map<RowId, Row>();
  const targets: string[] = [];
  const texts: string[] = [];
  const idOf = (text = ''): number => {
    if (text !== '' && !texts.includes(text)) texts.push(text);
    return texts.indexOf(text);
  };
  const window = sampleWindow();
  let rowsVersion = 0;
  let nextRow = 0;
  const add = (step: number, text: string): void => {
    for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
      rows.set(nextRow, parseRow(line.trim(), step));
      nextRow += 1;
    }
    rowsVersion += 1;
  };
  add(stepMs, table);
  const rowAt = (row: RowId): Row => {
    const found = rows.get(row);
    if (found === undefined) throw new Error(`no row ${row}`);
    return found;
  };
  return {
    get rowsVersion() {
      return rowsVersion;
    },
    add,
    remove: (name, value) => {
      for (const [row, { labels }] of rows) if (labels.get(name) === value) rows.delete(row);
      rowsVersion += 1;
    },
    select: (matchers) => Int32Array.from([...rows].filter(([, { labels }]) => matchesAll(labels, matchers)).map(([row]) => row)),
    // An id is never another's here.
    areOlder: (list) => list.every((row) => rows.has(row)),
    labels: (row) => rowAt(row).labels,
    labelIds: (list, name) => list.map((row) => idOf(rowAt(row).labels.get(name))),
    text: (id) => texts[id] ?? '',
    textId: (text) => texts.indexOf(text),
    labelNames: (list) => new Set([...list].flatMap((row) => [...rowAt(row).labels.keys()])),
    target: (row) => {
      const id = rowAt(row).labels.get('instance') ?? '';
      if (!targets.includes(id)) targets.push(id);
      return targets.indexOf(id);
    },
    targetId: (target) => targets[target] ?? '',
    readEach: (list, { fromMs, toMs }, to) => {
      for (const [at, row] of list.entries()) {
        fill(to.window, within(rowAt(row), fromMs, toMs));
        to.visit(at);
      }
    },
    readNewest: (list, { fromMs, toMs }, into) => {
      for (const [at, row] of list.entries()) {
        fill(window, within(rowAt(row), fromMs, toMs).slice(-1));
        into.newestMs[at] = window.timesMs[0] ?? Number.NaN;
        into.values[at] = window.values[0] ?? Number.NaN;
      }
      return list.length;
    },
    readGrowth: (list, { fromMs, toMs }, { from, into }) => {
      // Two at a time, so that every list is read in pieces.
      into.length = 0;
      for (const row of list.subarray(from, from + 2)) {
        fill(window, within(rowAt(row), fromMs, toMs));
        growthOf(window, { at: into.length, into });
        into.length += 1;
      }
    },
  };
}

function matchesAll(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ''));
}

function within({ samples }: Row, fromMs: number, toMs: number): readonly Sample[] {
  return samples.filter(({ timeMs }) => timeMs > fromMs && timeMs <= toMs);
}

function fill(into: SampleWindow, samples: readonly Sample[]): void {
  const isSingle = samples.length === 1 && samples[0]?.value === 'stale';
  const kept = isSingle ? [] : samples.filter(({ value }) => value !== 'stale');
  into.timesMs = Float64Array.from(kept, ({ timeMs }) => timeMs);
  into.values = Float64Array.from(kept, ({ value }) => Number(value));
  into.length = kept.length;
}

function parseRow(line: string, stepMs: number): Row {
  const { selector = '', values = '' } = /^(?<selector>(?:\{[^}]*\}|[^{\s]+(?:\{[^}]*\})?))\s*(?<values>.*)$/.exec(line)?.groups ?? {};
  const samples: Sample[] = [];
  for (const [index, word] of values.split(/\s+/).filter(Boolean).flatMap(expand).entries()) {
    const timeMs = index * stepMs;
    if (word !== '_') samples.push({ timeMs, value: word === 'stale' ? 'stale' : Number(word.replace('Inf', 'Infinity')) });
  }
  return { labels: parseLabels(selector), samples };
}

function expand(word: string): readonly string[] {
  const { start, growth, times } = /^(?<start>-?[\d.]+)(?<growth>[+-][\d.]+)x(?<times>\d+)$/.exec(word)?.groups ?? {};
  if (start === undefined) return [word];
  return Array.from({ length: Number(times) + 1 }, (_, index) => String(Number(start) + index * Number(growth)));
}

/** `name{a="b"}` as labels. */
function parseLabels(selector: string): Labels {
  if (selector === '{}') return new Map();
  return labelsOf(Object.fromEntries(parseMatchers(selector).map(({ name, value }) => [name, value])));
}
