// The queries of the dashboards, asked of Plimsoll and of a real Prometheus that reads both of its pages as dashboards/README.md says.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosenAtFirst, dashboards, labelValuesOf, panelQuestions, type Question, valuesBy } from '../../dashboards/questions.ts';
import { findPrometheus } from './programs.ts';
import { GLOBAL, INTERVAL_S, openRig, type Rig } from './rig.ts';

const found = await findPrometheus({ env: process.env, progress: (line) => void process.stderr.write(`${line}\n`) });
if (found.kind === 'skipped') {
  process.stderr.write(`skipped: ${found.why}\n`);
  describe('dashboards on a real Prometheus', () => it.skip(`needs Prometheus: ${found.why}`));
}

/** A minute's window, its scrapes before, and the wait of both for a second one. */
const WARM_UP_MS = 100_000;
const AUTOSCALER_MS = 5000;
const RANGE_S = 20;

/** What the demo has not: a board in slices, profiled multiprocessors, faults, and another program. */
const EMPTY: readonly string[] = [
  'GPU fleet / What works inside B',
  'GPU fleet / Slices (MIG) at work A',
  'Plimsoll itself / Targets that cannot be read A',
  'Plimsoll itself / What to know about the numbers A',
  ...['C', 'D', 'E'].map((refId) => `Inference autoscaling / Replicas wanted and had ${refId}`),
];

/** As documented, at the pace of the rig. */
function documented(telemetry: string): string {
  const readme = readFileSync(new URL('../../../dashboards/README.md', import.meta.url), 'utf8');
  const jobs = /```yaml\n# prometheus\.yml\n(?<jobs>[\s\S]*?)```/.exec(readme)?.groups?.['jobs'] ?? '';
  return `${GLOBAL}\n${jobs.replaceAll('TELEMETRY', telemetry)}`;
}

describe.runIf(found.kind === 'ready')('dashboards on a real Prometheus', () => {
  let rig: Rig;
  let at: number;
  let asking: ReturnType<typeof setInterval>;

  beforeAll(async () => {
    if (found.kind !== 'ready') return;
    rig = await openRig(found.programs, documented);
    asking = setInterval(() => askAsAnAutoscaler(rig), AUTOSCALER_MS);
    await setTimeout(WARM_UP_MS);
    at = Math.floor(Date.now() / 1000) - 2 * INTERVAL_S;
  });
  afterAll(async () => {
    clearInterval(asking);
    await rig?.close();
  });

  const both = <Result>(ask: (server: string) => Promise<Result>) => Promise.all([ask(rig.plimsoll), ask(rig.prometheus)]);
  const json = async (server: string, path: string, form: Readonly<Record<string, string>>): Promise<{ readonly data: unknown }> => {
    const response = await fetch(`${server}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(form) });
    expect(response.status).toBe(200);
    return (await response.json()) as { readonly data: unknown };
  };
  const answer = async (server: string, { kind, expr: query }: Question): Promise<readonly string[]> => {
    const when = kind === 'instant' ? { time: String(at) } : { start: String(at - RANGE_S), end: String(at), step: '4' };
    const { data } = await json(server, kind === 'instant' ? 'query' : 'query_range', { query, ...when });
    return (data as { result: { metric: object }[] }).result.map(({ metric }) => seriesOf(metric)).toSorted();
  };

  describe.each(dashboards())('$title', (dashboard) => {
    const here = (): ReturnType<typeof chosenAtFirst> => chosenAtFirst(dashboard, new URL(rig.plimsoll).host);

    it.each(panelQuestions(dashboard, chosenAtFirst(dashboard, '')).map(({ name }, index) => ({ name, index })))(
      '$name',
      async ({ name, index }) => {
        const question = panelQuestions(dashboard, here())[index];
        if (question === undefined) throw new Error('BUG: no such question');
        const [ours, theirs] = await both((server) => answer(server, question));
        expect(ours?.length === 0).toBe(EMPTY.includes(name));
        // Ten of many are others where many are alike, and the two ask at other moments of a page.
        if (!question.expr.startsWith('topk(')) expect(theirs).toEqual(ours);
        else expect(theirs?.length).toBeGreaterThan(0);
      },
    );

    it.each(dashboard.templating.list.filter(({ type }) => type === 'query'))('variable $name', async (variable) => {
      const { selector, label } = labelValuesOf(variable, here());
      const [ours, theirs] = await both(async (server) => {
        const query = new URLSearchParams({ 'match[]': selector, start: String(at - RANGE_S), end: String(at) });
        const response = await fetch(`${server}/api/v1/label/${label}/values?${query}`);
        return valuesBy(variable.regex, ((await response.json()) as { data: string[] }).data);
      });
      expect(ours?.length).toBeGreaterThan(0);
      expect(theirs).toEqual(ours);
    });
  });
});

/** Without the job, by which each calls the page that it read. */
function seriesOf(metric: object): string {
  return JSON.stringify(
    Object.entries(metric)
      .filter(([name]) => name !== 'job')
      .toSorted(),
  );
}

/** And as a dashboard. The certificate is the demo's own, and answers are not looked at. */
function askAsAnAutoscaler({ metricsApi, plimsoll }: Rig): void {
  fetch(`${plimsoll}/api/v1/query?query=up`).then(
    (response) => response.arrayBuffer(),
    () => {},
  );
  const path = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/*/triton_inflight_requests';
  const asked = request(`${metricsApi}${path}`, { rejectUnauthorized: false }, (response) => response.resume());
  asked.on('error', () => {});
  asked.end();
}
