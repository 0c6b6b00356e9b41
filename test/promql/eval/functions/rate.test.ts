// Extrapolation, case by case: the window is (0 s, 60 s], samples are [seconds, value].
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/lib/clock.ts';
import { Turns } from '../../../../src/lib/turns.ts';
import { growthColumns, type SampleWindow } from '../../../../src/model/sample-source.ts';
import type { CallContext, FunctionBuild } from '../../../../src/promql/eval/functions/call.ts';
import * as steps from '../../../../src/promql/eval/functions/rate.ts';
import { unlabelled } from '../../../../src/promql/eval/labels/series-list.ts';
import { Texts } from '../../../../src/promql/eval/labels/texts.ts';
import { Leaves } from '../../../../src/promql/eval/reading/leaves.ts';
import { Query } from '../../../../src/promql/eval/running/query.ts';
import { Usage } from '../../../../src/promql/eval/running/run.ts';
import { Scratch } from '../../../../src/promql/eval/running/scratch.ts';
import type { RangeBounds, RangeStep } from '../../../../src/promql/eval/step.ts';
import { growthOf } from '../../../../src/store/growth.ts';
import { load } from '../../support/load.ts';

const CONTEXT: CallContext = {
  node: { kind: 'call', name: 'rate', args: [], at: 0, end: 0 },
  settings: {
    source: load(1000, ''),
    lookbackMs: 0,
    defaultSubqueryStepMs: 1000,
    delayedNameRemoval: false,
    texts: new Texts(load(1000, '')),
    expr: '',
  },
  rank: 1,
};
const BOUNDS = { fromMs: 0, toMs: 60_000, seconds: 60 };

function windowOf(samples: readonly (readonly [number, number])[]): SampleWindow {
  return {
    timesMs: Float64Array.from(samples, ([seconds]) => seconds * 1000),
    values: Float64Array.from(samples, ([, value]) => value),
    length: samples.length,
  };
}

const { delta, irate } = steps;
const rate = ofWindow(steps.rate);
const increase = ofWindow(steps.increase);

/** The function's value for a series with these samples; undefined when it has none. */
function ofWindow(build: FunctionBuild): (window: SampleWindow, bounds: RangeBounds) => number | undefined {
  return (window, bounds) => {
    const into = { list: unlabelled(), values: new Float64Array(1), newestMs: new Float64Array(1) };
    const columns = growthColumns(1);
    growthOf(window, { at: 0, into: columns });
    columns.length = 1;
    const grow: RangeStep['grow'] = (_run, finish) => {
      finish(columns, { bounds, from: 0, into });
      return into;
    };
    const step = build([{ type: 'range', range: { grow, reduce: () => into } }], CONTEXT);
    const usage = new Usage({}, systemClock());
    const workplace = { source: { rowsVersion: 0 }, clock: systemClock(), scratch: new Scratch(), turns: new Turns() };
    const query = new Query(workplace, { span: { startMs: bounds.toMs, endMs: bounds.toMs }, usage });
    const run = {
      timeMs: bounds.toMs,
      usage,
      scratch: workplace.scratch,
      query,
      grid: { firstMs: bounds.toMs, stepMs: 1, count: 1 },
      leaves: new Leaves(),
    };
    const vector = step.type === 'vector' ? step.run(run) : undefined;
    return Number.isNaN(vector?.newestMs[0]) ? undefined : vector?.values[0];
  };
}

describe('increase', () => {
  it.each<{ name: string; samples: [number, number][]; grown: number | undefined }>([
    {
      name: 'covers the window: both ends are filled',
      samples: [
        [10, 100],
        [20, 110],
        [30, 120],
        [40, 130],
        [50, 140],
        [60, 150],
      ],
      grown: 60,
    },
    {
      name: 'stops at zero before the start of the window',
      samples: [
        [20, 10],
        [40, 30],
      ],
      grown: 50,
    },
    {
      name: 'starts at zero: nothing before',
      samples: [
        [10, 0],
        [20, 10],
        [30, 20],
        [40, 30],
        [50, 40],
        [60, 50],
      ],
      grown: 50,
    },
    {
      name: 'is far from both ends: half an interval each',
      samples: [
        [30, 100],
        [40, 110],
      ],
      grown: 20,
    },
    {
      name: 'is 1.09 intervals from the start: filled',
      samples: [
        [10.9, 100],
        [20.9, 110],
        [30.9, 120],
      ],
      grown: 35.9,
    },
    {
      name: 'is 1.11 intervals from the start: half',
      samples: [
        [11.1, 100],
        [21.1, 110],
        [31.1, 120],
      ],
      grown: 30,
    },
    {
      name: 'counts what came before a restart',
      samples: [
        [10, 5],
        [20, 8],
        [30, 2],
        [40, 4],
      ],
      grown: 10.5,
    },
    {
      name: 'counts two restarts',
      samples: [
        [15, 10],
        [30, 1],
        [45, 0],
        [60, 3],
      ],
      grown: 16 / 3,
    },
    {
      name: 'stands still',
      samples: [
        [20, 7],
        [40, 7],
      ],
      grown: 0,
    },
    {
      name: 'is negative at first: no zero to stop at',
      samples: [
        [20, -5],
        [40, 5],
      ],
      grown: 30,
    },
    {
      name: 'passes over NaN',
      samples: [
        [10, 1],
        [20, Number.NaN],
        [30, 3],
      ],
      grown: 3.5,
    },
    { name: 'has one sample', samples: [[30, 5]], grown: undefined },
  ])('$name', ({ samples, grown }) => {
    const result = increase(windowOf(samples), BOUNDS);
    if (grown === undefined) expect(result).toBeUndefined();
    else expect(result).toBeCloseTo(grown, 10);
  });
});

describe('rate', () => {
  it('is the increase per second of the whole range', () => {
    const window = windowOf([
      [20, 10],
      [40, 30],
    ]);
    expect(rate(window, BOUNDS)).toBeCloseTo(50 / 60, 12);
    expect(rate(windowOf([[20, 10]]), BOUNDS)).toBeUndefined();
  });

  it('never falls below zero, whatever restarts there were', () => {
    const counter = fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(counter, (values) => {
        const window = windowOf(values.map((value, index) => [index * 2 + 1, value]));
        expect(rate(window, BOUNDS)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('says the same as the slope of a straight line', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 12 }), (slope, spacing) => {
        const times = Array.from({ length: Math.ceil(60 / spacing) }, (_, index) => 60 - index * spacing).reverse();
        const window = windowOf(times.map((seconds) => [seconds, 1e9 + slope * seconds]));
        expect(rate(window, BOUNDS)).toBeCloseTo(slope, 6);
      }),
    );
  });
});

describe('delta', () => {
  it.each<{ name: string; samples: [number, number][]; change: number | undefined }>([
    {
      name: 'does not stop at zero',
      samples: [
        [20, 10],
        [40, 30],
      ],
      change: 60,
    },
    {
      name: 'may fall',
      samples: [
        [20, 30],
        [40, 10],
      ],
      change: -60,
    },
    { name: 'has one sample', samples: [[20, 30]], change: undefined },
  ])('$name', ({ samples, change }) => {
    expect(delta(windowOf(samples), BOUNDS)).toBe(change);
  });
});

describe('irate', () => {
  it.each<{ name: string; samples: [number, number][]; perSecond: number | undefined }>([
    {
      name: 'takes the last two samples',
      samples: [
        [10, 0],
        [20, 10],
        [40, 30],
      ],
      perSecond: 1,
    },
    {
      name: 'restarts from zero',
      samples: [
        [20, 10],
        [30, 2],
      ],
      perSecond: 0.2,
    },
    { name: 'has one sample', samples: [[20, 10]], perSecond: undefined },
  ])('$name', ({ samples, perSecond }) => {
    expect(irate(windowOf(samples))).toBe(perSecond);
  });
});
