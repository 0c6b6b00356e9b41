// Whether there is anything, when it was, and values that are not of series.
import { describe } from 'vitest';
import { evaluates } from '../../support/evaluates.ts';

describe('absent', () => {
  evaluates(
    `
    up{job="a"}  1 1 stale
    up{job="b"}  _ 0
    `,
    [
      { expr: 'absent(up)', at: 10, gives: [] },
      { expr: 'absent(up{job="a"})', at: 10, gives: [] },
      { expr: 'absent(up{job="a"})', at: 20, gives: ['{job="a"} 1'], newest: [undefined] },
      { expr: 'absent((down{job="a"}))', gives: ['{job="a"} 1'] },
      // Only what is said by equality, and only once, is known of what is not there.
      { expr: 'absent(down{job="a", pod!="x", ns=~"y", zone=""})', gives: ['{job="a"} 1'] },
      { expr: 'absent(down{job="a", job="b", ns="c"})', gives: ['{ns="c"} 1'] },
      { expr: 'absent(down{job="a", job=~"a.*"})', gives: ['{} 1'] },
      { expr: 'absent({__name__="down", job="a"})', gives: ['{job="a"} 1'] },
      { expr: 'absent(abs(down{job="a"}))', gives: ['{} 1'] },
      { expr: 'absent(up > 2)', at: 10, gives: ['{} 1'] },
      { expr: 'absent(absent(down))', gives: [] },
    ],
  );
});

describe('absent_over_time', () => {
  evaluates(
    `
    up{job="a"}  1 _ _ NaN
    up{job="b"}  _ _ _ _ 1
    `,
    [
      { expr: 'absent_over_time(up[10s])', at: 5, gives: [] },
      { expr: 'absent_over_time(up[10s])', at: 20, gives: ['{} 1'], newest: [undefined] },
      { expr: 'absent_over_time(up{job="a"}[10s])', at: 30, gives: [] },
      { expr: 'absent_over_time(up{job="a"}[10s])', at: 40, gives: ['{job="a"} 1'] },
      { expr: 'absent_over_time((up{job="a", ns!="x"}[10s] offset 10s))', at: 30, gives: ['{job="a"} 1'] },
      { expr: 'absent_over_time(down{job="a"}[1m:10s])', at: 30, gives: ['{} 1'] },
    ],
  );
});

describe('timestamp, time, scalar, vector, pi', () => {
  evaluates(
    `
    up{i="a"}  1 2 3
    up{i="b"}  7
    one        5 _ NaN
    `,
    [
      { expr: 'timestamp(up)', at: 65.5, gives: ['{i="a"} 20', '{i="b"} 0'], newest: [20, 0] },
      { expr: 'timestamp((up offset 10s))', at: 25, gives: ['{i="a"} 10', '{i="b"} 0'] },
      // Anything else has its values at the instant asked about.
      { expr: 'timestamp(abs(up))', at: 65.5, gives: ['{i="a"} 65.5', '{i="b"} 65.5'], newest: [20, 0] },
      { expr: 'timestamp(timestamp(up))', at: 30, gives: ['{i="a"} 30', '{i="b"} 30'] },
      { expr: 'timestamp(vector(1))', at: 30, gives: ['{} 30'], newest: [undefined] },
      { expr: 'timestamp(nothing)', gives: [] },
      { expr: 'time()', at: 12.345, gives: ['12.345'] },
      { expr: 'pi()', gives: [String(Math.PI)] },
      { expr: 'scalar(one)', at: 5, gives: ['5'] },
      { expr: 'scalar(one)', at: 20, gives: ['NaN'] },
      { expr: 'scalar(up)', gives: ['NaN'] },
      { expr: 'scalar(nothing)', gives: ['NaN'] },
      { expr: 'vector(-0)', gives: ['{} -0'], newest: [undefined] },
      { expr: 'vector(scalar(one))', at: 5, gives: ['{} 5'], newest: [0] },
    ],
  );
});
