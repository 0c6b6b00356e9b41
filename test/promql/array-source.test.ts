// The tests' own source of samples, held to what an engine may ask.
import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../src/model/labels.ts';
import { growthColumns, NO_TEXT, sampleWindow } from '../../src/model/sample-source.ts';
import { parseMatchers } from '../../src/promql/syntax/parse-selector.ts';
import { type ArraySource, arraySource } from './support/array-source.ts';
import { load } from './support/load.ts';

const labels = (a: string) => labelsOf({ __name__: 'm', a });

function read(source: Pick<ArraySource, 'readEach' | 'select'>, fromMs: number, toMs: number): readonly string[] {
  const window = sampleWindow(0);
  const seen: string[] = [];
  const visit = (position: number): void => {
    const at = [...window.timesMs.subarray(0, window.length)].map((timeMs, index) => `${window.values[index]}@${timeMs}`);
    seen.push(`${position}: ${at.join(' ')}`);
  };
  source.readEach(source.select([]), { fromMs, toMs }, { window, visit });
  return seen;
}

describe('ranges', () => {
  const source = load(10, 'm{a="x"} 1 2 stale 4\nm{a="y"} _ 5 NaN\nm{a="z"} stale');

  it.each([
    [-1, 30, ['0: 1@0 2@10 4@30', '1: 5@10 NaN@20', '2: ']],
    [0, 30, ['0: 2@10 4@30', '1: 5@10 NaN@20', '2: ']],
    [0, 29, ['0: 2@10', '1: 5@10 NaN@20', '2: ']],
    [10, 20, ['0: ', '1: NaN@20', '2: ']],
    [30, 99, ['0: ', '1: ', '2: ']],
  ])('(%i, %i] leave their near end and what is stale out', (fromMs, toMs, seen) => {
    expect(read(source, fromMs, toMs)).toEqual(seen);
  });

  it.each([
    [0, 10, [2, 5, Number.NaN], [10, 10, Number.NaN]],
    [0, 20, [Number.NaN, Number.NaN, Number.NaN], [Number.NaN, 20, Number.NaN]],
    [0, 40, [4, Number.NaN, Number.NaN], [30, 20, Number.NaN]],
    [30, 40, [Number.NaN, Number.NaN, Number.NaN], [Number.NaN, Number.NaN, Number.NaN]],
  ])('(%i, %i] have a newest sample, or an end', (fromMs, toMs, values, newestMs) => {
    const into = { values: new Float64Array(3), newestMs: new Float64Array(3) };
    expect(source.readNewest(source.select([]), { fromMs, toMs }, into)).toBe(3);
    expect([...into.values]).toEqual(values);
    expect([...into.newestMs]).toEqual(newestMs);
  });

  it('have growth, two rows at a time', () => {
    const into = growthColumns(8);
    source.readGrowth(source.select([]), { fromMs: -1, toMs: 30 }, { from: 0, into });
    expect(into.length).toBe(2);
    expect([...into.samples.subarray(0, 2)]).toEqual([3, 2]);
    expect([into.first[0], into.growth[0], into.firstMs[0], into.lastMs[0]]).toEqual([1, 3, 0, 30]);
    source.readGrowth(source.select([]), { fromMs: -1, toMs: 30 }, { from: 2, into });
    expect([into.length, into.samples[0]]).toEqual([1, 0]);
  });
});

describe('rows', () => {
  it('are found by conditions, by name sooner', () => {
    const source = load(10, 'm{a="x"} 1\nn{a="x"} 1\nm{a="y"} 1\n{b="z"} 1');
    const found = (selector: string): readonly number[] => [...source.select(parseMatchers(selector))];
    expect(found('m')).toEqual([0, 2]);
    expect(found('{a="x"}')).toEqual([0, 1]);
    expect(found('{__name__=~"m|n", a!="x"}')).toEqual([2]);
    expect(found('{__name__="", b="z"}')).toEqual([3]);
    expect(found('o')).toEqual([]);
  });

  it('say their labels by numbers, none for what is absent', () => {
    const source = load(10, 'm{a="x", instance="i"} 1\nm{a="y"} 1\nm{a="x"} 1');
    const rows = source.select([]);
    const [x, y, again] = source.labelIds(rows, 'a');
    expect([source.text(x ?? NO_TEXT), source.text(y ?? NO_TEXT), again]).toEqual(['x', 'y', x]);
    expect([...source.labelIds(rows, 'instance')].slice(1)).toEqual([NO_TEXT, NO_TEXT]);
    expect([source.textId('y'), source.textId('z'), source.text(NO_TEXT)]).toEqual([y, NO_TEXT, '']);
    expect([...rows].map((row) => source.targetId(source.target(row)))).toEqual(['i', '', '']);
    expect(source.labelNames(rows)).toEqual(new Set(['__name__', 'a', 'instance']));
  });

  it('change the version when they come and go, and never become another', () => {
    const source = load(10, 'm{a="x"} 1\nm{a="y"} 1');
    const rows = source.select([]);
    const version = source.rowsVersion;
    source.add(10, 'm{a="z"} 1');
    expect(source.rowsVersion).toBeGreaterThan(version);
    expect(source.areOlder(rows, version)).toBe(true);
    source.remove('a', 'x');
    expect(source.areOlder(rows, version)).toBe(false);
    expect([...source.select(parseMatchers('m'))]).toEqual([1, 2]);
    expect(() => source.labels(0)).toThrow('no row 0');
  });

  it('take more samples in the order of time', () => {
    const source = arraySource();
    source.append(labels('x'), [{ timeMs: 0, value: 1 }]);
    const version = source.rowsVersion;
    source.append(labels('x'), [
      { timeMs: 0, value: 1 },
      { timeMs: 5, value: Number.NaN },
      { timeMs: 5, value: Number.NaN },
    ]);
    expect(source.rowsVersion).toBe(version);
    expect(read(source, -1, 9)).toEqual(['0: 1@0 NaN@5']);
    expect(() => source.append(labels('x'), [{ timeMs: 4, value: 1 }])).toThrow(
      'expected samples in the order of time, got one at 4 ms after one at 5 ms',
    );
    expect(() => source.append(labels('x'), [{ timeMs: 5, value: 'stale' }])).toThrow('expected one value at a time, got another at 5 ms');
  });
});

it('holds numbers only', () => {
  expect(() => load(10, 'm {{count:1}}')).toThrow('expected numbers, got a native histogram');
});
