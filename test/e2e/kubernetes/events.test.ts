// An HPA whose metric stays absent is told so by Events that kubectl shows, and when it is back; without the rights nothing else changes.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { until } from '../wait.ts';
import { useRig } from './rig/use-rig.ts';
import { createHpa, createWorkload, externalMetric, podsMetric, QUICK_TRITON } from './rig/workloads.ts';

const NAMESPACE = 'told';
const RIGHTS = fileURLToPath(new URL('../../../k8s/components/events/rbac.yaml', import.meta.url));
/** A minute of absence, a sync of the controller at each end, and a look. */
const TOLD_MS = 120_000;

const rig = useRig({ name: 'events', settings: { kubernetes: { events: true } } }, async ({ controlPlane, plimsoll }) => {
  for (const name of ['by-name', 'by-selector'])
    await createWorkload(controlPlane.api, { namespace: NAMESPACE, name, replicas: 1, triton: QUICK_TRITON });
  await plimsoll.ready(90_000);
  const common = { namespace: NAMESPACE, minReplicas: 1, maxReplicas: 2 };
  await createHpa(controlPlane.api, { ...common, name: 'by-name', metric: podsMetric('triton_no_such_metric', '4') });
  const nobody = externalMetric('triton_inflight_requests', { app: 'nobody' }, '4');
  await createHpa(controlPlane.api, { ...common, name: 'by-selector', metric: nobody });
});

const events = z.object({
  items: z.array(
    z.object({
      type: z.string(),
      reason: z.string(),
      message: z.string(),
      involvedObject: z.object({ name: z.string() }),
      source: z.object({ component: z.string().optional() }),
    }),
  ),
});

async function told(name: string): Promise<readonly string[]> {
  const { items } = events.parse(await rig().controlPlane.api.get(`/api/v1/namespaces/${NAMESPACE}/events`));
  return items
    .filter(({ source, involvedObject }) => source.component === 'plimsoll' && involvedObject.name === name)
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`);
}

it('without the rights there are no Events, and the log says so once', async () => {
  const { daemon } = rig().plimsoll;
  const refusals = async (): Promise<number> => {
    const lines = (await daemon.lastWords()).split('\n');
    return lines.filter((line) => line.includes('may not be read') && line.includes('horizontalpodautoscalers')).length;
  };
  expect(await refusals()).toBe(1);
  expect(await told('by-name')).toEqual([]);
});

it('with them each HPA is told why its own metric is absent', async () => {
  const { controlPlane } = rig();
  await controlPlane.kubectl('apply', '-f', RIGHTS);
  for (const [name, why] of [
    ['by-name', 'there is no such metric'],
    ['by-selector', 'with selector "app=nobody"'],
  ] as const) {
    const found = await until({
      ask: async () => {
        const all = await told(name);
        return all.length > 0 ? all : undefined;
      },
      withinMs: TOLD_MS,
      everyMs: 1000,
      failure: () => `no Event about ${name}`,
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^Warning MetricAbsent no value since /);
    expect(found[0]).toContain(why);
    expect(await controlPlane.kubectl('describe', 'hpa', name, '--namespace', NAMESPACE)).toContain('MetricAbsent');
  }
});

it('and when it has a value again', async () => {
  const { controlPlane } = rig();
  await controlPlane.kubectl('delete', 'hpa', 'by-name', '--namespace', NAMESPACE);
  // The same question gets an answer: a pod with the label that is selected.
  await createWorkload(controlPlane.api, { namespace: NAMESPACE, name: 'nobody', replicas: 1, triton: QUICK_TRITON });
  await until({
    ask: async () =>
      (await told('by-selector')).find((line) => line.startsWith('Normal MetricPresent triton_inflight_requests has a value again')),
    withinMs: TOLD_MS + 60_000,
    everyMs: 1000,
    failure: () => 'no Event that the metric is back',
  });
});
