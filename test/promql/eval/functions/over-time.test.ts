// Samples of a range to one value. At 60 s a range of a minute has the samples of 10 to 60 s: its near end is left out.
import { describe } from 'vitest';
import { evaluates } from '../../support/evaluates.ts';

describe('sums, extremes and spread', () => {
  evaluates(
    `
    queue{pod="a"}  9 1 2 3 4 5 6
    queue{pod="b"}  7 _ _ NaN 2 _ stale
    queue{pod="c"}  5
    zeros           _ -0 -0
    huge            _ 1.7e308 1.7e308 -1e308
    drift           _ 1e100 1 -1e100
    infinite{s="+"} _ Inf 1
    infinite{s="±"} _ Inf -Inf
    `,
    [
      { expr: 'avg_over_time(queue[1m])', gives: ['{pod="a"} 3.5', '{pod="b"} NaN'], newest: [60, 40] },
      { expr: 'sum_over_time(queue[1m])', gives: ['{pod="a"} 21', '{pod="b"} NaN'] },
      { expr: 'count_over_time(queue[1m])', gives: ['{pod="a"} 6', '{pod="b"} 2'] },
      { expr: 'min_over_time(queue[1m])', gives: ['{pod="a"} 1', '{pod="b"} 2'] },
      { expr: 'max_over_time(queue[1m])', gives: ['{pod="a"} 6', '{pod="b"} 2'] },
      { expr: 'max_over_time(queue{pod="b"}[30s])', at: 30, gives: ['{pod="b"} NaN'] },
      { expr: 'stdvar_over_time(queue[1m])', gives: ['{pod="a"} 2.9166666666666665', '{pod="b"} NaN'] },
      { expr: 'stddev_over_time(queue[1m])', gives: ['{pod="a"} 1.707825127659933', '{pod="b"} NaN'] },
      { expr: 'stddev_over_time(queue[10s])', gives: ['{pod="a"} 0'] },
      { expr: 'present_over_time(queue[1m])', gives: ['{pod="a"} 1', '{pod="b"} 1'] },
      { expr: 'count_over_time(queue[1m] offset 1m)', gives: ['{pod="a"} 1', '{pod="b"} 1', '{pod="c"} 1'], newest: [0, 0, 0] },
      { expr: 'count_over_time(nothing[1m])', gives: [] },
      // No sum begins with a negative zero.
      { expr: 'sum_over_time(zeros[1m])', gives: ['{} 0'] },
      { expr: 'avg_over_time(zeros[1m])', gives: ['{} 0'] },
      { expr: 'max_over_time(zeros[1m])', gives: ['{} -0'] },
      // A mean goes on where a sum would overflow, and a sum keeps what it would lose.
      { expr: 'avg_over_time(huge[1m])', gives: ['{} 7.999999999999999e+307'] },
      { expr: 'sum_over_time(huge[1m])', gives: ['{} Inf'] },
      { expr: 'sum_over_time(drift[1m])', gives: ['{} 1'] },
      { expr: 'avg_over_time(drift[1m])', gives: [`{} ${1 / 3}`] },
      { expr: 'sum_over_time(infinite[1m])', gives: ['{s="+"} Inf', '{s="±"} NaN'] },
      { expr: 'avg_over_time(infinite[1m])', gives: ['{s="+"} Inf', '{s="±"} NaN'] },
      { expr: 'stddev_over_time(infinite[1m])', gives: ['{s="+"} NaN', '{s="±"} NaN'] },
    ],
  );
});

describe('first and last', () => {
  evaluates(
    `
    depth{q="a"} 9 4 1 4 1 4 2
    depth{q="b"} _ _ NaN 3 NaN 3
    level{q="b"} 1 1
    `,
    [
      // The value is the series' own, and so is its name.
      { expr: 'last_over_time(depth[1m])', gives: ['depth{q="a"} 2', 'depth{q="b"} 3'], newest: [60, 50] },
      { expr: 'first_over_time(depth[1m])', gives: ['depth{q="a"} 4', 'depth{q="b"} NaN'] },
      { expr: 'last_over_time({q="b"}[1m])', gives: ['depth{q="b"} 3', 'level{q="b"} 1'] },
      { expr: 'count_over_time({q="b"}[1m])', fails: 'vector cannot contain metrics with the same labelset' },
      { expr: 'ts_of_first_over_time(depth[1m])', gives: ['{q="a"} 10', '{q="b"} 20'] },
      { expr: 'ts_of_last_over_time(depth[1m])', gives: ['{q="a"} 60', '{q="b"} 50'] },
      // Of equal ones the last.
      { expr: 'ts_of_max_over_time(depth[1m])', gives: ['{q="a"} 50', '{q="b"} 50'] },
      { expr: 'ts_of_min_over_time(depth[1m])', gives: ['{q="a"} 40', '{q="b"} 50'] },
      { expr: 'ts_of_max_over_time(depth{q="b"}[1m])', at: 20, gives: ['{q="b"} 20'] },
    ],
  );
});

describe('changes and resets', () => {
  evaluates(
    `
    state{of="a"}  0 1 1 2 1 1 3
    state{of="b"}  _ NaN NaN 1 NaN
    state{of="c"}  _ 5
    state{of="d"}  _ -0 0 Inf Inf -Inf
    `,
    [
      { expr: 'changes(state[1m])', gives: ['{of="a"} 3', '{of="b"} 2', '{of="c"} 0', '{of="d"} 2'] },
      { expr: 'resets(state[1m])', gives: ['{of="a"} 1', '{of="b"} 0', '{of="c"} 0', '{of="d"} 1'] },
      { expr: 'changes(state[1m])', at: 600, gives: [] },
      { expr: 'changes(state[1m:20s])', gives: ['{of="a"} 1', '{of="b"} 0', '{of="c"} 0', '{of="d"} 2'] },
    ],
  );
});
