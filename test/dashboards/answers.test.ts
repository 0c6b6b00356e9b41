// Every query of the dashboards, asked of the demo's fleet through Plimsoll's own query API.
import { describe, expect, it } from 'vitest';
import { ITSELF, openDemoWorld, REPLICA } from './demo-world.ts';
import { chosenAtFirst, dashboards, labelValuesOf, panelQuestions, type Question, valuesBy } from './questions.ts';

const STEP_S = 5;
const RANGE_S = 60;

/** Names that are another program's: kube-state-metrics. */
const OTHERS = /\bkube_/;

/** Values of the variables, by dashboard. */
const CHOICES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'Inference autoscaling': {
    namespace: ['demo', 'other'],
    workload: ['mute', 'triton'],
    model: ['bert', 'preprocess', 'resnet50', 'vision'],
  },
  'GPU fleet': { node: ['gpu-node-a', 'gpu-node-b', 'gpu-node-c'], namespace: ['demo'], workload: ['triton'] },
  'Plimsoll itself': { instance: [ITSELF, REPLICA] },
};

/** One of each, or two as Grafana writes them: a label that a series does not have has none of these values. */
const CHOSEN = { namespace: 'demo', workload: 'triton', model: 'resnet50', node: '(gpu-node-a|gpu-node-c)' };

describe('the demo’s fleet', async () => {
  const world = await openDemoWorld();
  const end = Math.floor(world.nowMs / 1000 / STEP_S) * STEP_S;
  const json = async (path: string): Promise<{ readonly status: string; readonly data: unknown }> =>
    JSON.parse((await world.get(`/api/v1/${path}`)).body);
  /** The values of all series. */
  const answer = async ({ kind, expr }: Question): Promise<readonly string[]> => {
    const query = encodeURIComponent(expr);
    const { data, ...rest } = await json(
      kind === 'instant'
        ? `query?query=${query}&time=${end}`
        : `query_range?query=${query}&start=${end - RANGE_S}&end=${end}&step=${STEP_S}`,
    );
    // Triton's counters have not the names of counters, which is told with the answer as an info.
    expect(rest).toEqual({ status: 'success', ...('infos' in rest && { infos: expect.anything() }) });
    const { result } = data as { readonly result: readonly { value?: [number, string]; values?: readonly [number, string][] }[] };
    return result.flatMap(({ value, values }) => (values ?? [value ?? [0, '']]).map(([, text]) => text));
  };

  it('counts a pod once, though two replicas speak of it', async () => {
    const [dashboard] = dashboards();
    if (dashboard === undefined) throw new Error('BUG: no dashboard');
    const [demand] = panelQuestions(dashboard, chosenAtFirst(dashboard, ITSELF));
    if (demand === undefined) throw new Error('BUG: no question');
    const ofOne = { ...demand, expr: `sum(plimsoll_triton_inflight_requests{instance="${ITSELF}"})` };
    const [both, one] = [(await answer(demand)).at(-1), (await answer(ofOne)).at(-1)].map(Number);
    // The two pages are read at different moments, and the larger value counts.
    expect(Number(both) / Number(one)).toBeGreaterThanOrEqual(1);
    expect(Number(both) / Number(one)).toBeLessThan(1.5);
  });

  describe.each(dashboards())('$title', (dashboard) => {
    const chosen = chosenAtFirst(dashboard, ITSELF);
    const questions = panelQuestions(dashboard, chosen);

    it.each(questions.filter(({ expr }) => !OTHERS.test(expr)))('$name', async (question) => {
      // A panel of nothing but 0 ÷ 0 is as empty as one without series.
      expect((await answer(question)).filter((value) => value !== 'NaN').length).toBeGreaterThan(0);
    });

    it.each(panelQuestions(dashboard, { ...chosen, ...CHOSEN }).filter(({ expr }) => !OTHERS.test(expr)))(
      '$name, of what was chosen',
      async (question) => {
        expect((await answer(question)).filter((value) => value !== 'NaN').length).toBeGreaterThan(0);
      },
    );

    it.each(questions.filter(({ expr }) => OTHERS.test(expr)))('$name, of what nobody says here', async (question) => {
      expect(await answer(question)).toEqual([]);
    });

    it.each(dashboard.templating.list.filter(({ type }) => type === 'query'))('variable $name', async (variable) => {
      const { selector, label } = labelValuesOf(variable, chosen);
      const asked = `label/${label}/values?match[]=${encodeURIComponent(selector)}&start=${end - RANGE_S}&end=${end}`;
      const { data } = await json(asked);
      const series = (await json(`series?match[]=${encodeURIComponent(selector)}&start=${end - RANGE_S}&end=${end}`)).data;
      const ofSeries = new Set((series as readonly Readonly<Record<string, string>>[]).map((labels) => labels[label]));
      expect([...ofSeries].toSorted()).toEqual(data);
      expect(valuesBy(variable.regex, data as readonly string[])).toEqual(CHOICES[dashboard.title]?.[variable.name]);
    });
  });
});
