import { expect, it } from 'vitest';
import { parseExpression } from '../../src/promql/syntax/parse.ts';
import { CATALOGUE } from '../../src/signals/catalogue.ts';
import { renderTemplate } from '../../src/signals/template.ts';

it.each(CATALOGUE)('$name is PromQL', ({ expr, per, careful }) => {
  for (const template of [expr, per ?? expr, careful ?? expr]) {
    const text = renderTemplate(template, { labelMatchers: 'model=~"a|b"', windowMs: 60_000, liveWindowMs: 15_000 });
    expect(() => parseExpression(text)).not.toThrow();
  }
});
