// While Plimsoll is down no namespace can be deleted: the control plane needs every API's discovery. It goes on by itself once it has it.
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { until } from '../wait.ts';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { becomeAvailable, deleteApiServices } from './rig/api-services.ts';
import { type Plimsoll, startPlimsoll } from './rig/plimsoll.ts';
import { useRig } from './rig/use-rig.ts';
import { createNamespace } from './rig/workloads.ts';
import { isFull } from './run-folder.ts';

/** In the whole so long that the namespace controller, which waits twice as long each time, is at its minute. */
const OUTAGE_MS = isFull() ? 150_000 : 10_000;
/** After a long outage its minute comes on top of the half in which kube-apiserver looks again. */
const GONE_MS = isFull() ? 95_000 : 60_000;
/** As the controller delays what it is told of a namespace (`namespaceDeletionGracePeriod` of k8s.io/kubernetes), on a busy machine. */
const TOUCHED_MS = 10_000;
const CONDITION = 'NamespaceDeletionDiscoveryFailure';

let plimsoll: Plimsoll;
const rows: string[][] = [];
const messages = new Set<string>();

const rig = useRig({ name: 'namespace-deletion' }, async (started) => {
  ({ plimsoll } = started);
});

beforeAll(() => becomeAvailable(rig().controlPlane.api, { wanted: true, withinMs: 60_000, hurried: true }));

const namespaceSchema = z.object({
  status: z.object({
    phase: z.string(),
    conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().default('') })).default([]),
  }),
});

/** Undefined when it is gone. */
async function look(name: string): Promise<z.infer<typeof namespaceSchema>['status'] | undefined> {
  const { status, body } = await rig().controlPlane.api.request({ method: 'GET', path: `/api/v1/namespaces/${name}` });
  return status === 404 ? undefined : namespaceSchema.parse(body).status;
}

/** Seconds. */
async function untilGone(name: string): Promise<number> {
  const startMs = performance.now();
  await until({
    ask: async () => ((await look(name)) === undefined ? true : undefined),
    withinMs: GONE_MS,
    everyMs: 100,
    failure: () => `the namespace ${name} is still there after ${GONE_MS} ms`,
  });
  return (performance.now() - startMs) / 1000;
}

/** Plimsoll ends, kube-apiserver notices, and a namespace is deleted that then stays. */
async function stuckNamespace(name: string): Promise<void> {
  const { api, kubectl } = rig().controlPlane;
  await createNamespace(api, name);
  await plimsoll.daemon.stop(0);
  await becomeAvailable(api, { wanted: false, withinMs: 60_000, hurried: true });
  await untilStale();
  await kubectl('delete', 'namespace', name, '--wait=false');
  await setTimeout(OUTAGE_MS);
  const { phase, conditions } = (await look(name)) ?? { phase: 'gone', conditions: [] };
  expect(phase).toBe('Terminating');
  const condition = conditions.find(({ type }) => type === CONDITION);
  expect(condition?.status).toBe('True');
  messages.add(condition?.message ?? '');
}

const discovery = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string().default('') }),
      versions: z.array(z.object({ version: z.string(), freshness: z.string() })),
    }),
  ),
});

/** What was read of its discovery before is not good any more. */
async function untilStale(): Promise<void> {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  await until({
    ask: async () => {
      const { items } = discovery.parse(await rig().controlPlane.api.ok({ method: 'GET', path: '/apis', accept }));
      const ours = items.filter(({ metadata }) => metadata.name.endsWith('.metrics.k8s.io')).flatMap(({ versions }) => versions);
      return (ours.length > 0 && ours.every(({ freshness }) => freshness === 'Stale')) || undefined;
    },
    withinMs: 90_000,
    everyMs: 200,
    failure: () => 'the discovery of Plimsoll passes for current without it',
  });
}

describe('a namespace that is deleted while Plimsoll is down', () => {
  it('goes within a minute of its return', async () => {
    const { controlPlane, installation } = rig();
    await stuckNamespace('returns');
    plimsoll = await startPlimsoll({ controlPlane, installation });
    await until({
      ask: async () => ((await plimsoll.health('/livez')) === 200 ? true : undefined),
      withinMs: 30_000,
      everyMs: 50,
      failure: () => 'Plimsoll does not listen',
    });
    rows.push(['Plimsoll listens again', (await untilGone('returns')).toFixed(1)]);
    await becomeAvailable(controlPlane.api, { wanted: true, withinMs: 60_000 });
  });

  it('goes at once when it is touched after that', async () => {
    const { controlPlane, installation } = rig();
    await stuckNamespace('touched');
    plimsoll = await startPlimsoll({ controlPlane, installation });
    await becomeAvailable(controlPlane.api, { wanted: true, withinMs: 60_000, hurried: true });
    const isThere = (await look('touched')) !== undefined;
    if (isThere) await controlPlane.kubectl('annotate', 'namespace', 'touched', 'touched=true');
    const seconds = await untilGone('touched');
    expect(seconds).toBeLessThan(TOUCHED_MS / 1000);
    rows.push([`kube-apiserver has looked, and it was touched${isThere ? '' : ' (it was gone before)'}`, seconds.toFixed(1)]);
  });

  it('goes within a minute after its APIServices were deleted', async () => {
    await stuckNamespace('removed');
    await deleteApiServices(rig().controlPlane.api);
    rows.push(['its APIServices are deleted', (await untilGone('removed')).toFixed(1)]);
  });
});

describe('the report', () => {
  it('tells it', async () => {
    const text = [
      `A namespace that is deleted while Plimsoll is down stays, for ${OUTAGE_MS / 1000} s here, with the condition \`${CONDITION}\`:`,
      ...[...messages].map((message) => `\n> ${message}\n`),
      table(['it goes when', 'after seconds'], rows),
    ];
    await writePart({ key: '10 namespaces', title: '10. Deleting namespaces without Plimsoll', text: text.join('\n') });
  });
});
