import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseExpression } from '../../src/promql/syntax/parse.ts';
import { CATALOGUE } from '../../src/signals/catalogue.ts';
import { ROOT } from './source-files.ts';

const signals = CATALOGUE.map((row) => row.name);

const queries = (/```promql\n(.*?)```/s.exec(readFileSync(join(ROOT, 'dashboards/README.md'), 'utf8'))?.[1] ?? '').trim().split('\n');
const documented = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');

it.each(queries)('the query %s asks for a metric that there is', (query) => {
  expect(() => parseExpression(query)).not.toThrow();
  const [name = ''] = /plimsoll_[a-z_]+/.exec(query) ?? [];
  expect(signals.includes(name.replace('plimsoll_', '')) || documented.includes(name)).toBe(true);
});
