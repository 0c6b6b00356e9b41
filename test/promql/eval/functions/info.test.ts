// Series enriched by the labels of info series.
import { describe } from 'vitest';
import { evaluates } from '../../support/evaluates.ts';

describe('info', () => {
  evaluates(
    `
    load{instance="a", job="x"}                            0 1 2
    load{instance="b", job="x"}                            0 1 2
    load{job="x"}                                          5
    plain{zone="z"}                                        5
    target_info{instance="a", job="x", version="1", os="l"}  1 1 stale
    target_info{instance="a", job="x", version="2"}        _ _ 1
    target_info{instance="a", job="y", version="3"}        1
    target_info{instance="b", job="x", job_id="7"}         1
    build_info{instance="b", job="x", commit="c"}          1
    build_info{instance="a", job="x", os="w"}              1 1 1 1 1 1 stale
    `,
    [
      {
        expr: 'info(load)',
        at: 10,
        gives: ['load{instance="a", job="x", os="l", version="1"} 1', 'load{instance="b", job="x", job_id="7"} 1', 'load{job="x"} 5'],
        newest: [10, 10, 0],
      },
      // The info series of then.
      { expr: 'info(load{instance="a"})', at: 20, gives: ['load{instance="a", job="x", version="2"} 2'] },
      {
        expr: 'info(rate(load{instance="a"}[20s]))',
        at: 20,
        gives: ['{instance="a", job="x", version="2"} 0.1'],
        infos: ['PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "load" (1:11)'],
      },
      // Some labels of them.
      { expr: 'info(load{instance="a"}, {version=~".+"})', at: 10, gives: ['load{instance="a", job="x", version="1"} 1'] },
      { expr: 'info(load, {version=~".+"})', at: 10, gives: ['load{instance="a", job="x", version="1"} 1'] },
      { expr: 'info(load, {version="1"})', at: 20, gives: [] },
      { expr: 'info(load{job="x", instance=""}, {version=~"1|"})', at: 10, gives: ['load{job="x"} 5'] },
      // Of another metric, or of several.
      { expr: 'info(load{instance="b"}, {__name__="build_info"})', at: 10, gives: ['load{commit="c", instance="b", job="x"} 1'] },
      { expr: 'info(load{instance="b"}, {__name__=~".*_info"})', at: 10, gives: ['load{commit="c", instance="b", job="x", job_id="7"} 1'] },
      { expr: 'info(load{instance="a"}, {__name__=~".*_info"})', at: 10, fails: 'conflicting label: os' },
      // Series without an identity, and info series themselves, stay as they are.
      { expr: 'info(plain)', at: 10, gives: ['plain{zone="z"} 5'] },
      { expr: 'info(plain, {version=~".+"})', at: 10, gives: [] },
      { expr: 'info({__name__=~"target_info", job="y"})', at: 10, gives: ['target_info{instance="a", job="y", version="3"} 1'] },
      { expr: 'info(nothing)', gives: [] },
      {
        expr: 'info(label_replace(load{instance="b"}, "job_id", "own", "", ""))',
        at: 10,
        gives: ['load{instance="b", job="x", job_id="own"} 1'],
      },
      // No newer info series than the offset lets series be.
      { expr: 'info(load{instance="a"} offset 10s)', at: 20, gives: ['load{instance="a", job="x", os="l", version="1"} 1'] },
    ],
  );

  evaluates(
    `
    load{instance="a", job="x"}                 1
    load{instance="b", job="x"}                 1
    target_info{instance="a", job="x", v="old"} 1
    target_info{instance="a", job="x", v="new"} _ 1
    target_info{instance="b", job="x", v="new"} _ 1
    target_info{instance="b", job="x", v="old"} 1
    target_info{instance="c", job="x", v="1"}   _ 1
    target_info{instance="c", job="x", v="2"}   _ 1
    `,
    [
      // The newest one counts, and those of nobody contradict each other in vain.
      {
        expr: 'info(load)',
        at: 20,
        gives: ['load{instance="a", job="x", v="new"} 1', 'load{instance="b", job="x", v="new"} 1'],
        newest: [10, 10],
      },
    ],
  );

  evaluates(
    `
    load{instance="a", job="x"}                1
    target_info{instance="a", job="x", v="1"}  1
    target_info{instance="a", job="x", v="2"}  1
    `,
    [
      {
        expr: 'info(load)',
        at: 5,
        fails:
          'found duplicate series for info metric: existing {__name__="target_info", instance="a", job="x", v="1"} @ 0, new {__name__="target_info", instance="a", job="x", v="2"} @ 0',
      },
    ],
  );
});
