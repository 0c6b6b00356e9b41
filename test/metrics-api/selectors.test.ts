// The bounds of selectors, and all that is wrong with them at once.
import { describe, expect, it } from 'vitest';
import { parseSelectors } from '../../src/metrics-api/selectors.ts';

const NAMES = ['labelSelector', 'metricLabelSelector'];

function parse(query: Record<string, string>): readonly (readonly object[])[] {
  return parseSelectors(new URLSearchParams(query), NAMES);
}

/** So many requirements, or values of one. */
function keys(count: number): string {
  return Array.from({ length: count }, (_, index) => `k${index}`).join(',');
}

describe('parseSelectors', () => {
  it('reads each parameter by itself, absent and empty ones as everything', () => {
    expect(parse({})).toEqual([[], []]);
    expect(parse({ labelSelector: '', metricLabelSelector: 'a=b' })).toEqual([[], [{ key: 'a', operator: 'In', values: ['b'] }]]);
  });

  it('takes as much as the limits allow', () => {
    const [labels = [], metrics = []] = parse({ labelSelector: keys(100), metricLabelSelector: `x in (${keys(1000)})` });
    expect([labels.length, metrics.length]).toEqual([100, 1]);
  });

  it.each([
    [keys(101), 'it has 101 requirements, and 100 is the limit of requirements; select by a label that fewer share'],
    [
      `x in (${keys(501)}),y notin (${keys(500)})`,
      'it has 1001 values, and 1000 is the limit of values; select by a label that fewer share',
    ],
  ])('refuses more, naming the limit: %#', (metricLabelSelector, problem) => {
    const quoted = JSON.stringify(`${metricLabelSelector.slice(0, 49)}…`);
    const message = `cannot apply metricLabelSelector ${quoted}: ${problem}`;
    expect(() => parse({ metricLabelSelector })).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it('says everything that is wrong', () => {
    expect(() => parse({ labelSelector: '=', metricLabelSelector: keys(101) })).toThrow(
      /^cannot parse labelSelector "=": .*; and cannot apply metricLabelSelector "k0,.*requirements/,
    );
  });
});
