// Lines and trends through samples.
import { describe, expect, it } from 'vitest';
import { deriv } from '../../../../src/promql/eval/functions/regression.ts';
import { evaluates } from '../../support/evaluates.ts';

describe('deriv and predict_linear', () => {
  evaluates(
    `
    disk{d="falls"}    100 90 80 70 60 50 40
    disk{d="level"}    0 7 7 7 7 7 7
    disk{d="tenth"}    0 0.1 0.1 0.1 0.1 _ 0.1
    disk{d="one"}      _ _ _ 5
    disk{d="two"}      _ _ _ 5 _ 9
    disk{d="infinite"} _ Inf Inf Inf
    disk{d="broken"}   _ 1 NaN 2
    ahead              120
    `,
    [
      {
        expr: 'deriv(disk[1m])',
        gives: ['{d="falls"} -1', '{d="level"} 0', '{d="tenth"} 0', '{d="two"} 0.2', '{d="infinite"} NaN', '{d="broken"} NaN'],
      },
      { expr: 'deriv(disk{d="falls"}[1m])', at: 65, gives: ['{d="falls"} -1'], newest: [60] },
      // From the instant asked about, which an offset does not move.
      { expr: 'predict_linear(disk{d=~"falls|level"}[1m], 60)', gives: ['{d="falls"} -20', '{d="level"} 7'] },
      { expr: 'predict_linear(disk{d="falls"}[1m], -60)', gives: ['{d="falls"} 100'] },
      { expr: 'predict_linear(disk{d="falls"}[1m] offset 20s, 0)', at: 80, gives: ['{d="falls"} 20'] },
      { expr: 'predict_linear(disk{d="infinite"}[1m], 0)', gives: ['{d="infinite"} NaN'] },
      { expr: 'predict_linear(disk{d="one"}[1m], 0)', gives: [] },
      { expr: 'predict_linear(disk{d="two"}[1m], 10)', gives: ['{d="two"} 13'] },
      { expr: 'predict_linear(disk{d="falls"}[1m], scalar(ahead))', gives: ['{d="falls"} -80'], newest: [60] },
      { expr: 'predict_linear(disk{d="falls"}[1m], NaN)', gives: ['{d="falls"} NaN'] },
    ],
  );
});

describe('double_exponential_smoothing', () => {
  evaluates(
    `
    load{i="a"}  _ 1 2 4 8
    load{i="d"}  _ 3 4
    load{i="b"}  _ 3
    load{i="c"}  _ 1 NaN
    `,
    [
      // 1 → 0.5·2 + 0.5·(1+1) = 2, trend 1 → 0.5·4 + 0.5·(2+1) = 3.5, trend 0.5·1.5 + 0.5·1 = 1.25 → 0.5·8 + 0.5·4.75
      { expr: 'double_exponential_smoothing(load[1m], 0.5, 0.5)', gives: ['{i="a"} 6.375', '{i="c"} NaN', '{i="d"} 4'] },
      { expr: 'double_exponential_smoothing(load[1m], 1, 0.5)', fails: 'invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000' },
      { expr: 'double_exponential_smoothing(load[1m], 0.5, -0.25)', fails: 'invalid trend factor. Expected: 0 < tf < 1, got: -0.250000' },
      { expr: 'double_exponential_smoothing(load[1m], Inf, 0.5)', fails: 'invalid smoothing factor. Expected: 0 < sf < 1, got: +Inf' },
      { expr: 'double_exponential_smoothing(load[1m], NaN, 0.5)', gives: ['{i="a"} NaN', '{i="c"} NaN', '{i="d"} NaN'] },
      // Nothing to smooth, nothing to refuse.
      { expr: 'double_exponential_smoothing(nothing[1m], 1, 1)', gives: [] },
    ],
  );
});

it('sees no slope in equal values, whatever rounding would make of them', () => {
  const timesMs = Float64Array.of(0, 7001, 13_008, 30_016);
  expect(deriv({ timesMs, values: new Float64Array(4).fill(5.7 / 7), length: 4 })).toBe(0);
});
