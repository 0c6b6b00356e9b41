// docs/operations.md names metrics that there are, expressions that are PromQL, and settings that are taken.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseConfig } from '../../src/config/parse.ts';
import { parseExpression } from '../../src/promql/syntax/parse.ts';
import { ROOT } from './source-files.ts';

const document = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
const metrics = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');
const [shared = '', collectors = '', replicas = ''] = [...document.matchAll(/```yaml\n(?<yaml>.*?)```/gs)].map(
  ({ groups }) => groups?.['yaml'] ?? '',
);
const alerts = [...document.matchAll(/^\| `(?<expr>[^`]+)` \| \d+m \|/gm)].map(({ groups }) => groups?.['expr'] ?? '');

it('names only metrics that there are', () => {
  const named = [...document.matchAll(/plimsoll_[a-z_]+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(5);
  expect([...new Set(named)].filter((name) => !metrics.includes(`\`${name}\``))).toEqual([]);
});

it.each(alerts)('%s is an expression', (expr) => {
  expect(() => parseExpression(expr)).not.toThrow();
});

it('has an alert for each thing that can go wrong', () => {
  expect(alerts.length).toBeGreaterThan(8);
});

describe('the example', () => {
  it('is a configuration of collectors, and with the engine one of replicas', () => {
    expect(parseConfig(`${shared}\nshard: 2/3\n`)).toMatchObject({ kind: 'config' });
    const ofReplicas = shared.replace(/^scrape_configs:.*/ms, '');
    expect(parseConfig(`${ofReplicas}${replicas}`)).toMatchObject({ kind: 'config' });
    expect(parseConfig(`${shared}${replicas}\nshard: 2/3\n`)).toMatchObject({ kind: 'problems', problems: [{ path: 'shard' }] });
  });

  it('gives each pod of the set its shard', () => {
    const [set] = parseAllDocuments(collectors).map((one) => one.toJS());
    expect(set.spec).toMatchObject({ replicas: 3, ordinals: { start: 1 } });
    const [container] = set.spec.template.spec.containers;
    expect(container.args).toEqual(['serve', '--config', '/etc/plimsoll/shared.yaml', '--shard', '$(SHARD)/3']);
    expect(container.env[0].valueFrom.fieldRef.fieldPath).toBe("metadata.labels['apps.kubernetes.io/pod-index']");
  });
});
