// The committed dashboards are what the script writes, and such that Grafana takes them and people can read them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { DASHBOARDS, dashboardFiles } from '../../dashboards/src/files.ts';
import { ROOT } from '../arch/source-files.ts';
import { dashboards, type PanelJson } from './questions.ts';

it.each(dashboardFiles())('$path is what npm run dashboards writes', ({ path, text }) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
});

const PROMETHEUS = { type: 'prometheus', uid: '${datasource}' };
/** Grafana moves what is older to this form when it loads it; 42 is that of Grafana 12. */
const SCHEMA = 42;
const COLUMNS = 24;

function overlap({ gridPos: one }: PanelJson, { gridPos: other }: PanelJson): boolean {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}

describe.each(dashboards())('$title', (dashboard) => {
  const { panels, templating } = dashboard;
  const asking = panels.filter(({ targets }) => targets.length > 0);
  const rows = panels.filter(({ type }) => type === 'row');

  it('can be imported as it is: an address of its own, no number of somebody’s database, no question at import', () => {
    expect(dashboard.uid).toMatch(/^[a-z-]{1,40}$/);
    expect(dashboard.schemaVersion).toBe(SCHEMA);
    for (const key of ['id', '__inputs', '__requires', '__elements']) expect(dashboard).not.toHaveProperty(key);
    expect(dashboard).toMatchObject({ tags: ['plimsoll'], annotations: { list: [] }, refresh: '10s', time: { to: 'now' } });
  });

  it('asks the data source that is chosen at the top, everywhere', () => {
    expect(templating.list[0]).toMatchObject({ type: 'datasource', name: 'datasource', query: 'prometheus' });
    const queries = templating.list.filter(({ type }) => type === 'query');
    for (const one of [...asking, ...asking.flatMap(({ targets }) => targets), ...queries])
      expect(one).toMatchObject({ datasource: PROMETHEUS });
  });

  it('has variables that can be chosen together, and say what they are', () => {
    for (const { name, type, ...variable } of templating.list) {
      if (type === 'query')
        expect(variable, name).toMatchObject({ multi: true, includeAll: true, refresh: 2, current: { value: ['$__all'] } });
      if (type !== 'datasource' && type !== 'constant')
        expect(variable, name).toMatchObject({ label: expect.any(String), description: expect.stringMatching(/\.$/) });
    }
  });

  it('uses every variable, and none that it does not have', () => {
    const names = templating.list.map(({ name }) => name);
    const text = JSON.stringify([asking, templating.list.map(({ query }) => query)]);
    const used = new Set([...text.matchAll(/\$\{?(?<name>[a-z_]\w*)/gi)].map(({ groups }) => groups?.['name'] ?? ''));
    expect([...used].filter((name) => !name.startsWith('__')).toSorted()).toEqual(names.toSorted());
  });

  it('has panels of different numbers that do not overlap and fill the width', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const [index, panel] of panels.entries()) {
      expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(COLUMNS);
      expect(panels.slice(index + 1).filter((other) => overlap(panel, other))).toEqual([]);
    }
    const area = panels.reduce((sum, { gridPos: { w, h } }) => sum + w * h, 0);
    const bottom = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
    expect(area).toBe(COLUMNS * bottom);
  });

  it('has no row without panels', () => {
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1]?.gridPos.y ?? Number.POSITIVE_INFINITY;
      expect(asking.filter(({ gridPos: { y } }) => y > row.gridPos.y && y < next).length, row.title).toBeGreaterThan(1);
    }
  });

  it.each(asking.map((panel) => ({ title: panel.title, panel })))(
    '$title says what it means, in what unit, and names its series',
    ({ panel }) => {
      expect(panel.title).toMatch(/^[A-ZΣ][^.]{3,45}$/);
      expect(panel.description).toMatch(/^[A-ZΣ].{20,}\.$/s);
      const { defaults } = z
        .object({ fieldConfig: z.object({ defaults: z.looseObject({ unit: z.string().optional() }) }) })
        .parse(panel).fieldConfig;
      expect(panel.type === 'table' || defaults.unit !== undefined).toBe(true);
      for (const { legendFormat } of panel.targets) expect(legendFormat).toMatch(/\S/);
      if (panel.type === 'stat') expect(defaults).toHaveProperty('thresholds');
    },
  );

  it('is small enough for a ConfigMap that kubectl applies', () => {
    // The annotation with what was last applied, of at most 256 KiB, holds it as text in JSON.
    expect(JSON.stringify(readFileSync(join(ROOT, `dashboards/${dashboard.uid}.json`), 'utf8')).length).toBeLessThan(200_000);
  });
});

it('have different addresses and titles', () => {
  for (const key of ['uid', 'title'] as const) expect(new Set(DASHBOARDS.map((one) => one[key])).size).toBe(DASHBOARDS.length);
});

describe('the component', () => {
  const schema = z.object({
    configMapGenerator: z.array(
      z.object({ name: z.string(), files: z.array(z.string()), options: z.object({ labels: z.record(z.string(), z.string()) }) }),
    ),
  });
  const text = readFileSync(join(ROOT, 'dashboards/kustomization.yaml'), 'utf8');

  it('has a ConfigMap for each dashboard, with the label that sidecars look for', () => {
    const { configMapGenerator } = schema.parse(parse(text));
    expect(configMapGenerator.map(({ files }) => files)).toEqual(DASHBOARDS.map(({ uid }) => [`${uid}.json`]));
    for (const { options } of configMapGenerator) expect(options.labels).toMatchObject({ grafana_dashboard: '1' });
  });
});
