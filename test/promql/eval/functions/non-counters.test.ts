// Rates and increases of what is no counter by its name.
import { describe } from 'vitest';
import { evaluates } from '../../support/evaluates.ts';

const doubt = (name: string, at: string): string =>
  `PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${name} (${at})`;

describe('a name that is no counter', () => {
  evaluates(
    `
    load            1 2 3
    single          _ _ 3
    work_total      1 2 3
    work_sum{s="1"} 1 2 3
    work_count      1 2 3
    work_bucket     1 2 3
    {job="nameless"} 1 2 3
    `,
    [
      { expr: 'rate(load[1m])', at: 20, infos: [doubt('"load"', '1:6')] },
      { expr: 'sum(increase((load[1m])))', at: 20, infos: [doubt('"load"', '1:15')] },
      { expr: 'rate(load[1m:10s])', at: 20, infos: [doubt('"load"', '1:1')] },
      { expr: 'rate(load[1m]) + increase(load[1m])', at: 20, infos: [doubt('"load"', '1:27')] },
      { expr: 'rate(work_total[1m]) + ignoring(s) rate(work_sum[1m]) + rate(work_count[1m]) + rate(work_bucket[1m])', at: 20 },
      { expr: 'rate({job="nameless"}[1m])', at: 20, gives: ['{job="nameless"} 0.041666666666666664'] },
      // Said of what has a rate, and of rates alone.
      { expr: 'rate(single[1m])', at: 20, gives: [] },
      { expr: 'rate(nothing[1m])', at: 20, gives: [] },
      { expr: 'irate(load[1m])', at: 20, gives: ['{} 0.1'] },
      { expr: 'delta(load[1m])', at: 20, gives: ['{} 2.5'] },
      { expr: 'idelta(load[1m])', at: 20, gives: ['{} 1'] },
      { expr: 'idelta(single[1m])', at: 20, gives: [] },
    ],
  );
});
