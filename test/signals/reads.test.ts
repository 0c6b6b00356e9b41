import { describe, expect, it } from 'vitest';
import type { ReadSeries } from '../../src/model/explanation.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { CATALOGUE } from '../../src/signals/catalogue.ts';
import { readsOf, written } from '../../src/signals/reads.ts';
import { renderTemplate } from '../../src/signals/template.ts';

function told({ matchers, ofPods, rangeMs, through }: ReadSeries): string {
  const conditions = matchers.map(({ name, operator, value }) => `${name}${operator}${value}`).join(' ');
  return `${conditions}${ofPods ? ' ofPods' : ''}${rangeMs === undefined ? '' : ` ${rangeMs} ms through ${through}`}`;
}

describe('reads', () => {
  it.each([
    { expr: '1 + 2', reads: [] },
    { expr: 'a', reads: ['__name__=a'] },
    { expr: '-a{b="c"}', reads: ['__name__=a b=c'] },
    { expr: 'rate(a[1m])', reads: ['__name__=a 60000 ms through rate'] },
    {
      expr: 'sum(rate(a[1m]) and on (x) b{__pod_set__="1"}) / 1e6',
      reads: ['__name__=a 60000 ms through rate', '__name__=b __pod_set__=1 ofPods'],
    },
    { expr: 'a + a', reads: ['__name__=a'] },
    {
      expr: 'a + rate(a[1m]) + irate(a[1m]) + rate(a[2m])',
      reads: ['__name__=a', '__name__=a 60000 ms through rate', '__name__=a 60000 ms through irate', '__name__=a 120000 ms through rate'],
    },
    { expr: 'clamp_min(a, 0)', reads: ['__name__=a'] },
  ])('$expr', ({ expr, reads }) => {
    expect(readsOf(expr).map(told)).toEqual(reads);
  });

  it('something in every template of the catalogue', () => {
    for (const { expr, careful = expr, per = expr } of CATALOGUE) {
      for (const template of [expr, careful, per]) {
        const text = renderTemplate(template, { labelMatchers: '', windowMs: 60_000, liveWindowMs: 15_000 });
        const reads = readsOf(text);
        expect(reads.filter(({ ofPods }) => ofPods)).not.toEqual([]);
        expect(reads.every(({ rangeMs, through }) => (rangeMs === undefined) === (through === undefined))).toBe(true);
      }
    }
  });
});

const TEXT = 'a{__pod_set__="1",m="x"} + b{__pod_set__="1"}';
const pods = (...names: readonly string[]) => names.map((name) => ({ namespace: 'ns', name, labels: labelsOf({}) }));

describe('is written with its pods', () => {
  it('one', () => {
    expect(written(TEXT, pods('p')).text).toBe('a{namespace="ns",pod="p",m="x"} + b{namespace="ns",pod="p"}');
    expect(written(TEXT, pods('p')).short).toBe('a{pods,m="x"} + b{pods}');
  });

  it('several, of several namespaces', () => {
    const { text } = written('a{__pod_set__="1"}', [...pods('p', 'q.r'), { namespace: 'other', name: 'p' }]);
    expect(text).toBe('a{namespace=~"ns|other",pod=~"p|q\\\\.r"}');
  });

  it('ten of many', () => {
    const { text } = written('a{__pod_set__="1"}', pods(...Array.from({ length: 13 }, (_, index) => `p${index}`)));
    expect(text).toBe('a{namespace="ns",pod=~"p0|p1|p2|p3|p4|p5|p6|p7|p8|p9|… 3 more"}');
  });
});
