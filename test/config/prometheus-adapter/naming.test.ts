import { describe, expect, it } from 'vitest';
import { ruleOf } from './support.ts';

describe('names of metrics', () => {
  it.each([
    { rule: {}, series: 'queue_us', metric: 'queue_us' },
    { rule: { name: { matches: '' } }, series: 'queue_us', metric: 'queue_us' },
    { rule: { name: { matches: '^(.*)_total$' } }, series: 'http_requests_total', metric: 'http_requests' },
    { rule: { name: { matches: '^(.*)_total$' } }, series: 'http_requests', metric: undefined },
    { rule: { name: { matches: '^(.*)_total$', as: '' } }, series: 'http_requests_total', metric: 'http_requests' },
    {
      rule: { name: { matches: '^(.*)_total$', as: '${1}_per_second' } },
      series: 'http_requests_total',
      metric: 'http_requests_per_second',
    },
    // Go reads 1_per_second as the name of a group, which there is not.
    { rule: { name: { matches: '^(.*)_total$', as: '$1_per_second' } }, series: 'http_requests_total', metric: undefined },
    { rule: { name: { matches: '^(.*)_total$', as: '$1-rate' } }, series: 'http_requests_total', metric: 'http_requests-rate' },
    { rule: { name: { as: 'waiting' } }, series: 'queue_us', metric: 'waiting' },
    { rule: { name: { matches: '', as: '${0}_seconds' } }, series: 'queue_us', metric: 'queue_us_seconds' },
    { rule: { name: { matches: '^(?P<what>[a-z]+)_(\\w+)$', as: '${2}_of_$what' } }, series: 'queue_us', metric: 'us_of_queue' },
    { rule: { name: { matches: 'queue', as: 'waiting' } }, series: 'nv_queue_us', metric: 'waiting' },
    { rule: { name: { matches: 'x*' } }, series: 'queue_us', metric: undefined },
    { rule: { name: { matches: '^.*$', as: '$$0' } }, series: 'queue_us', metric: '$0' },
  ])('$series by $rule.name is $metric', async ({ rule, series, metric }) => {
    const { naming } = await ruleOf(rule);
    expect(naming.metricName(series)).toBe(metric);
    expect(naming.metricName(series)).toBe(metric);
  });
});

describe('series that are taken', () => {
  it.each([
    { filters: [], taken: ['a', 'a_total'], left: [] },
    { filters: [{ is: '_total$' }], taken: ['a_total'], left: ['a', 'a_total_b'] },
    { filters: [{ isNot: '_total$' }], taken: ['a', 'a_total_b'], left: ['a_total'] },
    { filters: [{ is: '^a' }, { isNot: '_total$' }], taken: ['a', 'ab'], left: ['a_total', 'b'] },
    { filters: [{ is: 'b', isNot: '' }], taken: ['abc'], left: ['a'] },
    { filters: null, taken: ['a'], left: [] },
  ])('$filters', async ({ filters, taken, left }) => {
    const { naming } = await ruleOf(filters === null ? {} : { seriesFilters: filters });
    expect(taken.filter((name) => !naming.accepts(name))).toEqual([]);
    expect(left.filter((name) => naming.accepts(name))).toEqual([]);
  });

  it('the pattern of the name is a filter too', async () => {
    const { naming } = await ruleOf({ seriesFilters: [{ is: 'http' }], name: { matches: '^(.*)_total$' } });
    expect(['http_total', 'http', 'grpc_total'].filter((name) => naming.accepts(name))).toEqual(['http_total']);
  });
});
