// What dashboards/README.md tells people to write is what the code takes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { DASHBOARDS } from '../../dashboards/src/files.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { parseExpression } from '../../src/promql/syntax/parse.ts';
import { manifestsIn } from '../arch/manifest-files.ts';
import { ROOT } from '../arch/source-files.ts';

const readme = readFileSync(join(ROOT, 'dashboards/README.md'), 'utf8');

/** The block of YAML that begins with the name of its file. */
function blockOf(file: string): string {
  const blocks = [...readme.matchAll(/```yaml\n(?<text>[\s\S]*?)```/g)].map(({ groups }) => groups?.['text'] ?? '');
  return blocks.find((text) => text.startsWith(`# ${file}\n`)) ?? '';
}

it('names every file', () => {
  for (const { uid } of DASHBOARDS) expect(readme).toContain(`\`${uid}.json\``);
});

it('has Plimsoll read its own page, whose labels stay, and asks nobody for a token on loopback', () => {
  const parsed = parseConfig(blockOf('plimsoll.yaml'));
  expect(parsed).toMatchObject({
    kind: 'config',
    config: { scrape_configs: [{ source: 'generic', honor_labels: true, static_configs: [{ targets: ['127.0.0.1:9410'] }] }] },
  });
});

it('has Prometheus read both pages, with the labels and times that they say', () => {
  const job = z.object({
    metrics_path: z.string().optional(),
    honor_labels: z.literal(true),
    params: z.object({ 'match[]': z.array(z.string()) }).optional(),
  });
  const { scrape_configs: jobs } = z.object({ scrape_configs: z.array(job) }).parse(parse(blockOf('prometheus.yml')));
  expect(jobs.map(({ metrics_path: path }) => path)).toEqual([undefined, '/federate']);
  for (const selector of jobs.flatMap(({ params }) => params?.['match[]'] ?? [])) expect(() => parseExpression(selector)).not.toThrow();
});

it('names roles that there are', () => {
  const roles = manifestsIn('examples/telemetry-readers.yaml').map(({ metadata }) => metadata.name);
  const named = [...readme.matchAll(/\bplimsoll:[a-z]+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((name) => !roles.includes(name))).toEqual([]);
});
