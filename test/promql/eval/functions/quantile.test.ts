// Quantiles of samples in a range, and deviations from a median.
import { describe } from 'vitest';
import { evaluates } from '../../support/evaluates.ts';

const outOfRange = (quantile: string, at: string): string =>
  `PromQL warning: quantile value should be between 0 and 1, got ${quantile} (${at})`;

describe('quantile_over_time', () => {
  evaluates(
    `
    wait{p="a"}   _ 4 1 3 2
    wait{p="b"}   _ 1 NaN 2
    wait{p="one"} _ 5
    zeros         _ 0 -0
    long          _ 20 19 18 17 16 15 14 13 12 11 10 NaN 9
    limit         _ 0.5 _ _ _ _ 0.25
    `,
    [
      { expr: 'quantile_over_time(0.5, wait[1m])', gives: ['{p="a"} 2.5', '{p="b"} 1', '{p="one"} 5'] },
      { expr: 'quantile_over_time(0.25, wait{p="a"}[1m])', gives: ['{p="a"} 1.75'], newest: [40] },
      // NaN is below everything.
      { expr: 'quantile_over_time(0, wait[1m])', gives: ['{p="a"} 1', '{p="b"} NaN', '{p="one"} 5'] },
      { expr: 'quantile_over_time(1, wait[1m])', gives: ['{p="a"} 4', '{p="b"} 2', '{p="one"} 5'] },
      { expr: 'quantile_over_time(0.5, zeros[1m])', gives: ['{} 0'] },
      { expr: 'quantile_over_time(0.5, long[5m])', at: 200, gives: ['{} 14'] },
      { expr: 'quantile_over_time(0, long[5m])', at: 200, gives: ['{} NaN'] },
      { expr: 'quantile_over_time(scalar(limit), wait{p="a"}[1m])', gives: ['{p="a"} 1.75'], newest: [60] },
      { expr: 'quantile_over_time(-1, wait{p="a"}[1m])', gives: ['{p="a"} -Inf'], warnings: [outOfRange('-1', '1:20')] },
      { expr: 'quantile_over_time((1.5), wait{p="a"}[1m])', gives: ['{p="a"} Inf'], warnings: [outOfRange('1.5', '1:21')] },
      { expr: 'quantile_over_time(NaN, wait{p="a"}[1m])', gives: ['{p="a"} NaN'], warnings: [outOfRange('NaN', '1:20')] },
      { expr: 'quantile_over_time(1234567, wait{p="a"}[1m:10s])', gives: ['{p="a"} Inf'], warnings: [outOfRange('1.234567e+06', '1:20')] },
      // Said only where there is something to take a quantile of.
      { expr: 'quantile_over_time(2, nothing[1m])', gives: [] },
      // Each problem once, where it came up last.
      {
        expr: 'quantile_over_time(2, wait{p="a"}[1m]) + quantile_over_time(2, wait[1m])',
        gives: ['{p="a"} Inf'],
        warnings: [outOfRange('2', '1:61')],
      },
    ],
  );
});

describe('mad_over_time', () => {
  evaluates(
    `
    wait{p="a"}  _ 4 6 2 1 999 1 2
    wait{p="b"}  _ 1 NaN
    wait{p="c"}  _ Inf Inf 1
    `,
    [{ expr: 'mad_over_time(wait[70s])', at: 70, gives: ['{p="a"} 1', '{p="b"} NaN', '{p="c"} NaN'] }],
  );
});
