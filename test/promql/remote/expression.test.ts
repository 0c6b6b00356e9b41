import { describe, expect, it } from 'vitest';
import { POD_SET_LABEL, QueryError } from '../../../src/model/query-engine.ts';
import { Expressions, writeSelector } from '../../../src/promql/remote/expression.ts';
import { compileMatcher } from '../../../src/promql/syntax/matcher.ts';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';
import { CATALOGUE } from '../../../src/signals/catalogue.ts';
import { renderTemplate } from '../../../src/signals/template.ts';

const PODS = [
  { name: 'namespace', operator: '=', value: 'demo' },
  { name: 'pod', operator: '=~', value: 'a|b' },
] as const;
const WRITTEN = 'namespace="demo",pod=~"a|b"';
const SET = `${POD_SET_LABEL}="1"`;
const LIVE = 'and on (job, instance) (up == 1 and timestamp(up) >= time() - 15)';

describe('values', () => {
  it.each([
    { name: 'an instant selector', expr: `x{${SET}}`, written: `x{${WRITTEN}}` },
    { name: 'other conditions stay', expr: `x{a!="b",${SET}}`, written: `x{a!="b",${WRITTEN}}` },
    { name: 'in a function, with its modifiers', expr: `rate(x{${SET}}[1m] offset 5s)`, written: `rate(x{${WRITTEN}}[1m] offset 5s)` },
    { name: 'on both sides', expr: `x{${SET}} / on (pod) y{${SET}}`, written: `x{${WRITTEN}} / on (pod) y{${WRITTEN}}` },
    { name: 'in a subquery', expr: `max_over_time(x{${SET}}[5m:1m])`, written: `max_over_time(x{${WRITTEN}}[5m:1m])` },
    { name: 'where nothing is asked of pods', expr: 'sum(x)  +  1', written: 'sum(x)  +  1' },
  ])('$name', ({ expr, written }) => {
    expect(new Expressions().write(expr, { pods: PODS, liveMs: undefined, hasParts: false })).toBe(written);
  });

  it('go out as they are where no pod set is asked and no target judged, in whatever language', () => {
    const expr = 'median_over_time(x[5i]) keep_metric_names';
    expect(new Expressions().write(expr, { pods: undefined, liveMs: undefined, hasParts: false })).toBe(expr);
    expect(new Expressions().hasNewest(expr)).toBe(false);
  });
});

describe('of live targets alone', () => {
  it.each([
    { name: 'each series', expr: 'x', written: `(x ${LIVE})` },
    { name: 'what a function makes of a range', expr: 'rate(x[1m])', written: `(rate(x[1m]) ${LIVE})` },
    { name: 'before they are added up', expr: 'sum by (pod) (x * y)', written: `sum by (pod) ((x ${LIVE}) * (y ${LIVE}))` },
    { name: 'the times of samples', expr: 'timestamp(x)', written: `(timestamp(x) ${LIVE})` },
    { name: 'what a function makes of an instant', expr: 'abs(x)', written: `abs((x ${LIVE}))` },
    { name: 'at each instant of a subquery', expr: 'max_over_time(x[5m:1m])', written: `max_over_time((x ${LIVE})[5m:1m])` },
    { name: 'with a sign', expr: '-x', written: `-(x ${LIVE})` },
    { name: 'in parentheses', expr: '(x)', written: `((x ${LIVE}))` },
    { name: 'with the parameter of an aggregation', expr: 'topk(scalar(k), x)', written: `topk(scalar((k ${LIVE})), (x ${LIVE}))` },
    {
      name: 'numbers and texts are nobody’s',
      expr: 'label_replace(x, "a", "b", "", "") > 2',
      written: `label_replace((x ${LIVE}), "a", "b", "", "") > 2`,
    },
  ])('$name', ({ expr, written }) => {
    expect(new Expressions().write(expr, { pods: undefined, liveMs: 14_001, hasParts: false })).toBe(written);
  });
});

describe('the newest samples', () => {
  it('are asked beside the values, of each selector of the pods once', () => {
    const expr = `sum by (namespace, pod) (rate(x{${SET}}[1m]) + rate(x{${SET}}[2m]) + y{${SET}} and on (uuid) z)`;
    const text = new Expressions().write(expr, { pods: PODS, liveMs: undefined, hasParts: true });
    expect(text).toContain('label_replace(sum by (namespace, pod) (');
    expect(text).toContain('"__part__", "value", "", "")');
    expect(text).toContain(
      ` or label_replace(max by (namespace, pod) (timestamp(x{${WRITTEN}}) or timestamp(y{${WRITTEN}})), "__part__", "newest", "", "")`,
    );
  });

  it.each([
    { expr: `x{${SET}}`, has: true },
    { expr: 'x', has: false },
    { expr: `scalar(x{${SET}})`, has: false },
  ])('$expr: $has', ({ expr, has }) => {
    expect(new Expressions().hasNewest(expr)).toBe(has);
  });
});

it.each(CATALOGUE.flatMap(({ name, expr, careful, per }) => [expr, careful, per].map((template) => ({ name, template }))))(
  'writes PromQL for $name',
  ({ template }) => {
    if (template === undefined) return;
    const expr = renderTemplate(template, { labelMatchers: '', windowMs: 60_000, liveWindowMs: 15_000 });
    const text = new Expressions().write(expr, { pods: PODS, liveMs: 15_000, hasParts: true });
    expect(text).not.toContain(POD_SET_LABEL);
    expect(() => parseExpression(text)).not.toThrow();
  },
);

it('refuses what is no PromQL where pods have to be written into it', () => {
  expect(() => new Expressions().write(`sum(x{${SET}}`, { pods: PODS, liveMs: undefined, hasParts: false })).toThrow(QueryError);
});

describe('selectors of series', () => {
  const matcher = (name: string, operator: '=' | '!=' | '=~', value: string) => compileMatcher({ name, operator, value });

  it.each([
    { name: 'with a name', matchers: [matcher('__name__', '=', 'x'), matcher('a', '!=', '"')], written: '{__name__="x",a!="\\""}' },
    { name: 'without one', matchers: [matcher('a', '=~', 'b.*')], written: '{a=~"b.*"}' },
    { name: 'of pods', matchers: [matcher('__name__', '=', 'x'), matcher(POD_SET_LABEL, '=', '1')], written: `{__name__="x",${WRITTEN}}` },
  ])('$name', ({ matchers, written }) => {
    expect(writeSelector(matchers, PODS)).toBe(written);
  });
});
