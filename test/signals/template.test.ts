import { expect, it } from 'vitest';
import { promDuration, renderTemplate } from '../../src/signals/template.ts';

const VALUES = { labelMatchers: 'model="llm"', windowMs: 60_000, liveWindowMs: 1500 };

it.each([
  { template: 'up', expr: 'up' },
  { template: 'a{<<.LabelMatchers>>}', expr: 'a{__pod_set__="1",model="llm"}' },
  { template: 'sum by (<<.GroupBy>>) (a)', expr: 'sum by (namespace, pod) (a)' },
  { template: 'rate(a[<<.Window>>]) + avg_over_time(b[<<.LiveWindow>>])', expr: 'rate(a[60s]) + avg_over_time(b[1500ms])' },
  { template: '<< .Window >>', expr: '60s' },
])('fills $template', ({ template, expr }) => {
  expect(renderTemplate(template, VALUES)).toBe(expr);
});

it('needs no metric selector', () => {
  expect(renderTemplate('a{<<.LabelMatchers>>}', { ...VALUES, labelMatchers: '' })).toBe('a{__pod_set__="1"}');
});

it('takes what is put in as it is', () => {
  expect(renderTemplate('<<.LabelMatchers>>', { ...VALUES, labelMatchers: 'a="$& <<.Window>>"' })).toBe(
    '__pod_set__="1",a="$& <<.Window>>"',
  );
});

it.each([
  { template: 'a<<.Windows>>', inside: '.Windows' },
  { template: '<<Window>>', inside: 'Window' },
  { template: '<<>>', inside: '' },
  { template: '<<.__proto__>>', inside: '.__proto__' },
])('refuses $template', ({ template, inside }) => {
  expect(() => renderTemplate(template, VALUES)).toThrow(
    expect.objectContaining({
      failure: 'bad-expression',
      message: `cannot fill "<<${inside}>>": no such placeholder; use <<.LabelMatchers>>, <<.GroupBy>>, <<.Window>>, <<.LiveWindow>>`,
    }),
  );
});

it.each([
  [60_000, '60s'],
  [1500, '1500ms'],
  [2500.5, '2501ms'],
])('writes %d ms as %s', (durationMs, text) => {
  expect(promDuration(durationMs)).toBe(text);
});
