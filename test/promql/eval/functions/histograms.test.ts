// Functions of classic histograms, with whatever a scrape or an aggregation may have done to their buckets.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/lib/clock.ts';
import { Turns } from '../../../../src/lib/turns.ts';
import { VirtualClock } from '../../../../src/lib/virtual-clock.ts';
import { createEmbeddedEngine } from '../../../../src/promql/engine.ts';
import { fallsNoter } from '../../../../src/promql/eval/functions/falls-info.ts';
import { Leaves } from '../../../../src/promql/eval/reading/leaves.ts';
import { Query } from '../../../../src/promql/eval/running/query.ts';
import { Usage } from '../../../../src/promql/eval/running/run.ts';
import { Scratch } from '../../../../src/promql/eval/running/scratch.ts';
import { evaluates } from '../../support/evaluates.ts';
import { load } from '../../support/load.ts';

const MONOTONICITY =
  'PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)';

const malformed = (text: string, at: string): string =>
  `PromQL warning: bucket label "le" is missing or has a malformed value of ${text} (${at})`;
const outOfRange = (quantile: string, at: string): string =>
  `PromQL warning: quantile value should be between 0 and 1, got ${quantile} (${at})`;

const LATENCY = `
  latency_bucket{pod="a", le="0.1"}   0 2 4
  latency_bucket{pod="a", le="0.5"}   0 6 12
  latency_bucket{pod="a", le="+Inf"}  0 8 16
  latency_bucket{pod="b", le="0.1"}   0 1
  latency_bucket{pod="b", le="+Inf"}  0 1
  latency_bucket{pod="c", le="0.1"}   0
  latency_bucket{pod="c", le="1"}     0
  latency_bucket{pod="c", le="Inf"}   0
  latency_bucket{pod="d", le="0.1"}   0 3
  latency_bucket{pod="d", le="1"}     0 4
  quantile                            0.5 0.5 0.5 0.75
  `;

describe('histogram_quantile', () => {
  evaluates(LATENCY, [
    // Rank 4 of 8 is half way through the bucket (0.1, 0.5]; d has no bucket for everything.
    {
      expr: 'histogram_quantile(0.5, latency_bucket)',
      at: 10,
      gives: ['{pod="a"} 0.30000000000000004', '{pod="b"} 0.05', '{pod="c"} NaN', '{pod="d"} NaN'],
    },
    { expr: 'histogram_quantile(0.99, latency_bucket{pod="a"})', at: 10, gives: ['{pod="a"} 0.5'] },
    { expr: 'histogram_quantile(0.125, latency_bucket{pod="a"})', at: 10, gives: ['{pod="a"} 0.05'] },
    { expr: 'histogram_quantile(0, latency_bucket{pod="a"})', at: 10, gives: ['{pod="a"} 0'] },
    { expr: 'histogram_quantile(1, latency_bucket{pod="a"})', at: 10, gives: ['{pod="a"} 0.5'] },
    { expr: 'histogram_quantile(0.5, rate(latency_bucket{pod="a"}[1m]))', at: 20, gives: ['{pod="a"} 0.29999999999999993'], newest: [20] },
    { expr: 'histogram_quantile(0.5, sum by (le) (latency_bucket{pod=~"a|b"}))', at: 10, gives: ['{} 0.30000000000000004'], newest: [10] },
    { expr: 'histogram_quantile(scalar(quantile), latency_bucket{pod="a"})', at: 30, gives: ['{pod="a"} 0.5'], newest: [30] },
    {
      expr: 'histogram_quantile(-0.1, latency_bucket{pod="d"})',
      at: 10,
      gives: ['{pod="d"} -Inf'],
      warnings: [outOfRange('-0.1', '1:20')],
    },
    { expr: 'histogram_quantile(1.01, latency_bucket{pod="d"})', at: 10, gives: ['{pod="d"} Inf'], warnings: [outOfRange('1.01', '1:20')] },
    { expr: 'histogram_quantile(NaN, latency_bucket{pod="a"})', at: 10, gives: ['{pod="a"} NaN'], warnings: [outOfRange('NaN', '1:20')] },
    // The quantile is judged even where there is nothing.
    { expr: 'histogram_quantile(2, nothing)', gives: [], warnings: [outOfRange('2', '1:20')] },
    { expr: 'histogram_quantile(0.5, nothing)', gives: [] },
  ]);
});

describe('buckets', () => {
  evaluates(
    `
    below_bucket{le="-2"}     4
    below_bucket{le="0"}      8
    below_bucket{le="1"}      10
    below_bucket{le="+Inf"}   10
    low_bucket{le="-1"}       3
    low_bucket{le="+Inf"}     4
    twice_bucket{le="1"}      1
    twice_bucket{le="1.0"}    2
    twice_bucket{le="2"}      6
    twice_bucket{le="+Inf"}   6
    odd_bucket{le="0x1p1"}    2
    odd_bucket{le="1_0"}      3
    odd_bucket{le="infinity"} 4
    odd_bucket{le="1e400"}    9
    odd_bucket{le="ten"}      9
    odd_bucket                9
    only_bucket{le="+Inf"}    5
    zero_bucket{le="0"}       0
    zero_bucket{le="+Inf"}    5
    nan_bucket{le="1"}        1
    nan_bucket{le="+Inf"}     NaN
    other_bucket{le="-2"}     1
    `,
    [
      { expr: 'histogram_quantile(0.3, below_bucket)', at: 5, gives: ['{} -2'] },
      { expr: 'histogram_quantile(0.6, below_bucket)', at: 5, gives: ['{} -1'] },
      { expr: 'histogram_quantile(0.9, below_bucket)', at: 5, gives: ['{} 0.5'] },
      { expr: 'histogram_quantile(0.5, low_bucket)', at: 5, gives: ['{} -1'] },
      { expr: 'histogram_quantile(1, low_bucket)', at: 5, gives: ['{} -1'] },
      // Equal bounds are one bucket with both counts.
      { expr: 'histogram_quantile(0.25, twice_bucket)', at: 5, gives: ['{} 0.5'] },
      { expr: 'histogram_quantile(0, zero_bucket)', at: 5, gives: ['{} 0'] },
      { expr: 'histogram_quantile(0.5, nan_bucket)', at: 5, gives: ['{} 1'] },
      { expr: 'histogram_quantile(0.5, only_bucket)', at: 5, gives: ['{} NaN'] },
      {
        expr: 'histogram_quantile(0.625, odd_bucket)',
        at: 5,
        gives: ['{} 6'],
        warnings: [malformed('"1e400"', '1:27'), malformed('"ten"', '1:27'), malformed('""', '1:27')],
      },
      { expr: 'histogram_fraction(0, 1, sum(odd_bucket))', at: 5, gives: [], warnings: [malformed('""', '1:26')] },
      // Histograms of different metrics are told apart until their names go.
      {
        expr: 'histogram_quantile(0.5, {__name__=~"other_bucket|below_bucket"})',
        at: 5,
        fails: 'vector cannot contain metrics with the same labelset',
      },
    ],
  );
});

describe('counts that fall', () => {
  const table = `
    fallen_bucket{h="a", le="1"}     10 20
    fallen_bucket{h="a", le="2"}     8 20
    fallen_bucket{h="a", le="4"}     5 20
    fallen_bucket{h="a", le="+Inf"}  20 40
    fallen_bucket{h="b", le="0.5"}   4 4
    fallen_bucket{h="b", le="1e6"}   3.75 3
    fallen_bucket{h="b", le="+Inf"}  4 4
    rounded_bucket{le="1"}           1000000000000000
    rounded_bucket{le="2"}           999999999999999
    rounded_bucket{le="+Inf"}        2000000000000000
    `;
  evaluates(table, [
    {
      expr: 'histogram_quantile(0.5, fallen_bucket{h="a"})',
      at: 5,
      gives: ['{h="a"} 1'],
      infos: [
        `${MONOTONICITY}, from buckets 2 to 4, with a max diff of 5, over 1 samples from 1970-01-01T00:00:05Z to 1970-01-01T00:00:05Z (1:25)`,
      ],
    },
    {
      expr: 'histogram_quantile(0.5, fallen_bucket)',
      at: 5,
      gives: ['{h="a"} 1', '{h="b"} 0.25'],
      infos: [
        `${MONOTONICITY}, from buckets 2 to 1e+06, with a max diff of 5, over 2 samples from 1970-01-01T00:00:05Z to 1970-01-01T00:00:05Z (1:25)`,
      ],
    },
    {
      // All calls of a query together, at the first one's place.
      expr: 'histogram_quantile(0.5, fallen_bucket{h="b"}) or histogram_quantile(0.5, fallen_bucket{h="a"})',
      at: 5,
      gives: ['{h="a"} 1', '{h="b"} 0.25'],
      infos: [
        `${MONOTONICITY}, from buckets 2 to 1e+06, with a max diff of 5, over 2 samples from 1970-01-01T00:00:05Z to 1970-01-01T00:00:05Z (1:25)`,
      ],
    },
    // A difference of 1e-15 is one of rounding, and nothing is said of it.
    { expr: 'histogram_quantile(0.75, rounded_bucket)', at: 5, gives: ['{} 2'] },
  ]);

  it('count once, however often a run is begun anew', () => {
    const usage = new Usage({}, systemClock());
    const workplace = { source: { rowsVersion: 0 }, clock: systemClock(), scratch: new Scratch(), turns: new Turns() };
    const query = new Query(workplace, { span: { startMs: 0, endMs: 0 }, usage });
    const note = fallsNoter({ expr: '', at: 0, rank: 1 });
    for (const timeMs of [0, 0, 1000, 1000]) {
      note([{ metric: '', lowestBound: 1, highestBound: 1, largest: 1 }], {
        timeMs,
        usage,
        scratch: workplace.scratch,
        query,
        grid: { firstMs: 0, stepMs: 1, count: 1 },
        leaves: new Leaves(),
      });
    }
    expect(usage.annotations().infos).toEqual([
      expect.stringContaining('over 2 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:00:01Z'),
    ]);
  });

  it('are told once for a range, with all its instants', async () => {
    const engine = createEmbeddedEngine({ source: load(10_000, table), clock: new VirtualClock() });
    const result = await engine.range({ expr: 'histogram_quantile(0.5, fallen_bucket)', startMs: 0, endMs: 20_000, stepMs: 10_000 });
    expect(result.infos).toEqual([
      `${MONOTONICITY}, from buckets 2 to 1e+06, with a max diff of 5, over 4 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:00:20Z (1:25)`,
    ]);
  });
});

describe('histogram_fraction', () => {
  evaluates(
    `
    latency_bucket{le="0.1"}   2
    latency_bucket{le="0.5"}   6
    latency_bucket{le="+Inf"}  8
    below_bucket{le="-2"}      4
    below_bucket{le="0"}       8
    below_bucket{le="+Inf"}    10
    empty_bucket{le="1"}       0
    empty_bucket{le="+Inf"}    0
    open_bucket{le="1"}        3
    zero_bucket{le="0"}        2
    zero_bucket{le="+Inf"}     4
    fallen_bucket{le="1"}      8
    fallen_bucket{le="2"}      6
    fallen_bucket{le="+Inf"}   4
    `,
    [
      { expr: 'histogram_fraction(0, 0.1, latency_bucket)', at: 5, gives: ['{} 0.25'], newest: [0] },
      { expr: 'histogram_fraction(0.1, 0.3, latency_bucket)', at: 5, gives: ['{} 0.25'] },
      { expr: 'histogram_fraction(0.05, +Inf, latency_bucket)', at: 5, gives: ['{} 0.875'] },
      { expr: 'histogram_fraction(-Inf, +Inf, latency_bucket)', at: 5, gives: ['{} 1'] },
      { expr: 'histogram_fraction(-5, 0, latency_bucket)', at: 5, gives: ['{} 0'] },
      // Nobody knows where in the last bucket: none of it lies below a finite value.
      { expr: 'histogram_fraction(0.5, 100, latency_bucket)', at: 5, gives: ['{} 0'] },
      { expr: 'histogram_fraction(0.3, 0.3, latency_bucket)', at: 5, gives: ['{} 0'] },
      { expr: 'histogram_fraction(1, 0, latency_bucket)', at: 5, gives: ['{} 0'] },
      { expr: 'histogram_fraction(NaN, 1, latency_bucket)', at: 5, gives: ['{} NaN'] },
      { expr: 'histogram_fraction(0, NaN, latency_bucket)', at: 5, gives: ['{} NaN'] },
      { expr: 'histogram_fraction(-5, -1, below_bucket)', at: 5, gives: ['{} 0.2'] },
      { expr: 'histogram_fraction(-Inf, -2, below_bucket)', at: 5, gives: ['{} 0.4'] },
      { expr: 'histogram_fraction(0, 1, empty_bucket)', at: 5, gives: ['{} NaN'] },
      { expr: 'histogram_fraction(-1, 1, zero_bucket)', at: 5, gives: ['{} 0'] },
      { expr: 'histogram_fraction(-Inf, 0, zero_bucket)', at: 5, gives: ['{} 0.5'] },
      // No more than all.
      { expr: 'histogram_fraction(0, 1, fallen_bucket)', at: 5, gives: ['{} 1'] },
      { expr: 'histogram_fraction(0.25, 1.5, fallen_bucket)', at: 5, gives: ['{} 0.5'] },
      { expr: 'histogram_fraction(0, 1, open_bucket)', at: 5, gives: ['{} NaN'] },
    ],
  );
});

describe('histogram_quantiles', () => {
  evaluates(LATENCY, [
    {
      expr: 'histogram_quantiles(latency_bucket{pod=~"a|b"}, "q", 0, 0.5, 1)',
      at: 10,
      ordered: [
        '{pod="a", q="0.0"} 0',
        '{pod="b", q="0.0"} 0',
        '{pod="a", q="0.5"} 0.30000000000000004',
        '{pod="b", q="0.5"} 0.05',
        '{pod="a", q="1.0"} 0.5',
        '{pod="b", q="1.0"} 0.1',
      ],
    },
    { expr: 'histogram_quantiles(latency_bucket{pod="a"}, "pod", 0.5)', at: 10, gives: ['{pod="0.5"} 0.30000000000000004'] },
    {
      expr: 'histogram_quantiles(latency_bucket{pod="a"}, "q", scalar(quantile))',
      at: 30,
      gives: ['{pod="a", q="0.75"} 0.5'],
      newest: [30],
    },
    {
      expr: 'histogram_quantiles(latency_bucket{pod="a"}, "q", scalar(quantile))',
      at: 20,
      gives: ['{pod="a", q="0.5"} 0.30000000000000004'],
    },
    {
      expr: 'histogram_quantiles(latency_bucket{pod="a"}, "q", -1, 1e7, NaN)',
      at: 10,
      gives: ['{pod="a", q="-1.0"} -Inf', '{pod="a", q="1e+07"} Inf', '{pod="a", q="NaN"} NaN'],
      warnings: [outOfRange('-1', '1:51'), outOfRange('1e+07', '1:55'), outOfRange('NaN', '1:60')],
    },
    {
      expr: 'histogram_quantiles(latency_bucket{pod="a"}, "q", 0.5, 0.5)',
      at: 10,
      fails: 'vector cannot contain metrics with the same labelset',
    },
    { expr: 'histogram_quantiles(latency_bucket, "pod", 0.5)', at: 10, fails: 'vector cannot contain metrics with the same labelset' },
    { expr: 'histogram_quantiles(quantile, "q", 0.5)', at: 10, gives: [], warnings: [malformed('""', '1:21')] },
  ]);

  evaluates(
    `
    twice_bucket{le="1"}      1
    twice_bucket{le="1.0"}    1
    twice_bucket{le="2"}      4
    twice_bucket{le="+Inf"}   4
    thrice_bucket{le="1"}     1
    thrice_bucket{le="1.0"}   1
    thrice_bucket{le="1.00"}  1
    thrice_bucket{le="2"}     4
    thrice_bucket{le="4"}     8
    thrice_bucket{le="+Inf"}  8
    fallen_bucket{le="1"}     4
    fallen_bucket{le="2"}     2
    fallen_bucket{le="+Inf"}  4
    `,
    [
      // Prometheus lets the later quantiles find the buckets as the first one left them: here with +Inf twice.
      { expr: 'histogram_quantiles(twice_bucket, "q", 0.5, 0.75)', at: 5, gives: ['{q="0.5"} 1', '{q="0.75"} 2'] },
      {
        expr: 'histogram_quantiles(thrice_bucket, "q", 0.25, 0.75)',
        at: 5,
        gives: ['{q="0.25"} 0.6666666666666666', '{q="0.75"} 3.333333333333333'],
      },
      {
        expr: 'histogram_quantiles(fallen_bucket, "q", 0.5, 0.75)',
        at: 5,
        gives: ['{q="0.5"} 0.5', '{q="0.75"} 0.75'],
        infos: [
          `${MONOTONICITY}, from buckets 2 to 2, with a max diff of 2, over 1 samples from 1970-01-01T00:00:05Z to 1970-01-01T00:00:05Z (1:36)`,
        ],
      },
    ],
  );
});
