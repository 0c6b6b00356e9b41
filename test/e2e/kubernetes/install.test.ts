// The manifests install Plimsoll into a cluster that then has its metrics: discovery, kubectl, rights.
import { Agent, request } from 'undici';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { until } from '../wait.ts';
import { NODE_CPUS, POD_CPU_CORES, POD_MEMORY_BYTES } from './kubelet/nodes.ts';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { becomeAvailable } from './rig/api-services.ts';
import { askMetric, namespacePath, objectPath, podsPath } from './rig/questions.ts';
import { useRig } from './rig/use-rig.ts';
import { createWorkload, QUICK_TRITON } from './rig/workloads.ts';

const DEMO = { namespace: 'demo', app: 'triton' };
const PODS = 2;
const INFLIGHT = 12;
const HPA_CONTROLLER = 'system:serviceaccount:kube-system:horizontal-pod-autoscaler';
/** One window and two intervals, and the interval over which first scrapes are spread. */
const READY_MS = 75_000;
const SIGNAL = 'triton_inflight_requests';

const measured: [string, string][] = [];
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const rig = useRig({ name: 'install', nodes: 2 }, async ({ controlPlane, kubelets }) => {
  await createWorkload(controlPlane.api, { namespace: 'demo', name: 'triton', replicas: PODS, triton: QUICK_TRITON, node: 'node-0' });
  await kubelets.setLoad('demo/triton', { kind: 'inflight', requests: INFLIGHT });
});

describe('kubectl apply -k k8s/base', () => {
  it('starts a control plane', () => {
    measured.push(['control plane: start to the first service account', seconds(rig().controlPlane.startedInMs)]);
  });

  let firstReadMs = 0;
  it('reads its first target', async () => {
    const { plimsoll } = rig();
    await until({
      ask: async () => /, [1-9]\d* read/.test(await plimsoll.healthText('/readyz?verbose')) || undefined,
      withinMs: 20_000,
      everyMs: 50,
      failure: () => `no target is read; the log is ${plimsoll.daemon.logFile}`,
    });
    firstReadMs = Date.now();
    measured.push(['Plimsoll: start to the first scrape', seconds(firstReadMs - plimsoll.startedMs)]);
  });

  it('makes APIServices that are available soon after Plimsoll starts, long before it is ready', async () => {
    const { controlPlane, plimsoll } = rig();
    await becomeAvailable(controlPlane.api, { wanted: true, withinMs: 40_000 });
    measured.push(['Plimsoll: start to all APIServices available', seconds(Date.now() - plimsoll.startedMs)]);
  });

  it('lets Pod Security admit the pod', async () => {
    const pods = await rig().controlPlane.kubectl('get', 'pods', '--namespace', 'plimsoll', '--output', 'name');
    expect(pods).toMatch(/^pod\/plimsoll-\S+$/m);
  });

  it('is ready one window and two intervals after the first scrape', async () => {
    const { plimsoll } = rig();
    await plimsoll.ready(READY_MS + 15_000);
    measured.push(['Plimsoll: start to ready', seconds(Date.now() - plimsoll.startedMs)]);
    expect(Date.now() - firstReadMs).toBeLessThan(READY_MS);
    expect(await plimsoll.health('/livez')).toBe(200);
  });
});

describe('discovery', () => {
  const document = z.object({
    items: z.array(
      z.object({
        metadata: z.object({ name: z.string().default('') }),
        versions: z.array(
          z.object({
            version: z.string(),
            freshness: z.string(),
            resources: z
              .array(
                z.object({
                  resource: z.string(),
                  scope: z.string(),
                  subresources: z.array(z.object({ subresource: z.string() })).default([]),
                }),
              )
              .default([]),
          }),
        ),
      }),
    ),
  });

  it('has our groups in the merged document, current and with resources', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { items } = document.parse(await rig().controlPlane.api.ok({ method: 'GET', path: '/apis', accept }));
    const ours = items.filter(({ metadata }) => metadata.name.endsWith('.metrics.k8s.io'));
    const versions = ours.map(({ metadata, versions }) => [
      metadata.name,
      versions.map(({ version, freshness }) => `${version} ${freshness}`),
    ]);
    expect(Object.fromEntries(versions)).toEqual({
      'custom.metrics.k8s.io': ['v1beta2 Current', 'v1beta1 Current'],
      'external.metrics.k8s.io': ['v1beta1 Current'],
    });
    const [v1beta2] = ours.find(({ metadata }) => metadata.name === 'custom.metrics.k8s.io')?.versions ?? [];
    for (const [resource, scope] of [
      ['pods', 'Namespaced'],
      ['deployments.apps', 'Namespaced'],
      ['services', 'Namespaced'],
      ['namespaces', 'Cluster'],
      ['nodes', 'Cluster'],
    ]) {
      const found = v1beta2?.resources.find((one) => one.resource === resource);
      expect([resource, found?.scope]).toEqual([resource, scope]);
      expect(found?.subresources.map(({ subresource }) => subresource)).toContain(SIGNAL);
    }
  });

  it('lets kubectl list all resources of the cluster', async () => {
    const { kubectl } = rig().controlPlane;
    const all = await kubectl.run('api-resources', '--cached=false');
    expect(all.stderr).toBe('');
    expect(all.code).toBe(0);
    // kubectl lists no subresources, so of ours it shows what is asked for by name.
    const ours = await kubectl('api-resources', '--api-group=external.metrics.k8s.io', '--output', 'name');
    expect(ours.split('\n')).toContain(`${SIGNAL}.external.metrics.k8s.io`);
  });

  it('does not keep a namespace from being deleted', async () => {
    const { api, kubectl } = rig().controlPlane;
    await createWorkload(api, { namespace: 'short-lived', name: 'triton', replicas: 1, triton: QUICK_TRITON });
    const startMs = Date.now();
    await kubectl('delete', 'namespace', 'short-lived', '--wait', '--timeout=60s');
    measured.push(['deleting a namespace with a Deployment', seconds(Date.now() - startMs)]);
  });
});

describe('kubectl', () => {
  it('gets the metric of each pod', async () => {
    const text = await rig().controlPlane.kubectl('get', '--raw', podsPath(SIGNAL, DEMO));
    expect(JSON.parse(text)).toMatchObject({ kind: 'MetricValueList', apiVersion: 'custom.metrics.k8s.io/v1beta2' });
    expect(JSON.parse(text).items).toHaveLength(PODS);
  });

  it('prints an external metric as a table', async () => {
    const text = await rig().controlPlane.kubectl('get', `${SIGNAL}.external.metrics.k8s.io`, '--namespace', 'demo');
    const [head = '', ...rows] = text.trim().split('\n');
    expect(head).toMatch(/^NAME +VALUE\b/);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain(SIGNAL);
    measured.push(['`kubectl get` of an external metric', `\`${rows[0]?.replaceAll(/ +/g, ' ')}\``]);
  });

  it('knows that the HPA controller may list external metrics', async () => {
    const { kubectl } = rig().controlPlane;
    const question = ['auth', 'can-i', 'list', `${SIGNAL}.external.metrics.k8s.io`, '--namespace', 'demo', `--as=${HPA_CONTROLLER}`];
    expect(await kubectl(...question)).toBe('yes\n');
  });

  // Of custom metrics discovery has subresources only, which kubectl does not find: this is the question that it would ask.
  it('knows that the HPA controller may get custom metrics', async () => {
    const resourceAttributes = {
      group: 'custom.metrics.k8s.io',
      resource: 'pods',
      subresource: SIGNAL,
      verb: 'get',
      namespace: 'demo',
      name: '*',
    };
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user: HPA_CONTROLLER, resourceAttributes },
    };
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    expect(await rig().controlPlane.api.ok({ method: 'POST', path, body })).toMatchObject({ status: { allowed: true } });
  });

  it.each([
    ['list', 'pods', 'yes'],
    ['watch', 'endpointslices.discovery.k8s.io', 'yes'],
    ['list', 'replicasets.apps', 'yes'],
    ['create', 'subjectaccessreviews.authorization.k8s.io', 'yes'],
    ['get', 'nodes --subresource=metrics', 'yes'],
    ['get', 'nodes --subresource=proxy', 'no'],
    ['list', 'secrets', 'no'],
    ['delete', 'pods', 'no'],
    ['patch', 'deployments.apps', 'no'],
  ])('knows that Plimsoll asking to %s %s is a %s', async (verb, resource, answer) => {
    const { kubectl } = rig().controlPlane;
    const { stdout } = await kubectl.run('auth', 'can-i', verb, ...resource.split(' '), '--as=system:serviceaccount:plimsoll:plimsoll');
    expect(stdout.trim()).toBe(answer);
  });
});

describe('what is served', () => {
  const objects = [
    ['Deployment', objectPath(SIGNAL, { namespace: 'demo', resource: 'deployments.apps', name: 'triton' })],
    ['Service', objectPath(SIGNAL, { namespace: 'demo', resource: 'services', name: 'triton' })],
    ['Node', objectPath(SIGNAL, { namespace: 'demo', resource: 'nodes', name: 'node-0' })],
    ['Namespace', namespacePath(SIGNAL, 'demo')],
  ] as const;

  it.each(objects)('of a %s is what its pods have in flight', async (_, path) => {
    const answer = await askMetric(rig().controlPlane.api, path);
    expect(answer).toMatchObject({ kind: 'items', items: [{ value: expect.closeTo(INFLIGHT, -0.3) }] });
  });

  it('of pods is what each has in flight, at the time when it was read', async () => {
    const answer = await askMetric(rig().controlPlane.api, podsPath(SIGNAL, DEMO));
    if (answer.kind === 'refusal') throw new Error(answer.message);
    expect(answer.items).toHaveLength(PODS);
    for (const { value, timestampMs } of answer.items) {
      expect(value).toBeCloseTo(INFLIGHT / PODS, -0.1);
      // A second is the resolution of these time stamps.
      expect(Date.now() - timestampMs).toBeLessThan(5000 + 2500 + 1000);
    }
  });

  it.each([
    ['pod_cpu_cores', POD_CPU_CORES],
    ['pod_memory_working_set_bytes', POD_MEMORY_BYTES],
  ])('of kubelets has %s of each pod', async (signal, value) => {
    const answer = await askMetric(rig().controlPlane.api, podsPath(signal, DEMO));
    expect(answer).toMatchObject({ kind: 'items', items: [{ value: expect.closeTo(value, 1) }, { value: expect.closeTo(value, 1) }] });
  });

  it('of kubelets has the utilisation of a node', async () => {
    const path = objectPath('node_cpu_utilization_ratio', { namespace: 'demo', resource: 'nodes', name: 'node-0' });
    const answer = await askMetric(rig().controlPlane.api, path);
    expect(answer).toMatchObject({ kind: 'items', items: [{ value: expect.closeTo((PODS * POD_CPU_CORES) / NODE_CPUS, 2) }] });
  });
});

describe('who may ask', () => {
  const path = podsPath(SIGNAL, DEMO);

  it('is decided by kube-apiserver on the way', async () => {
    const { code, stderr } = await rig().controlPlane.kubectl.run('get', '--raw', path, '--as=somebody');
    expect(code).not.toBe(0);
    expect(stderr).toContain('somebody');
    expect(stderr).toContain('cannot get resource');
  });

  it.each([
    ['nobody', {}, [401, 403]],
    ['a token that nobody issued', { authorization: 'Bearer nonsense' }, [401]],
    ['somebody who says who he is', { 'x-remote-user': 'system:admin', 'x-remote-group': 'system:masters' }, [401, 403]],
  ] as const)('is decided by Plimsoll too when asked directly: %s', async (_, headers, statuses) => {
    const { plimsoll, controlPlane } = rig();
    await using agent = closing(new Agent({ connect: { ca: controlPlane.caPem, servername: 'plimsoll.plimsoll.svc' } }));
    const { statusCode, body } = await request(`${plimsoll.metricsApiUrl}${path}`, { dispatcher: agent.value, headers });
    await body.dump();
    expect(statuses).toContain(statusCode);
  });

  it('keeps /metrics for those who may read it', async () => {
    const { plimsoll } = rig();
    expect((await fetch(`${plimsoll.telemetryUrl}/metrics`)).status).toBe(401);
    expect(await plimsoll.metrics()).toContain('plimsoll_triton_inflight_requests');
  });

  it('takes the token of the HPA controller, and a certificate of the cluster', async () => {
    const { plimsoll, controlPlane } = rig();
    const { kubectl, authority, caPem } = controlPlane;
    const token = (await kubectl('create', 'token', 'horizontal-pod-autoscaler', '--namespace', 'kube-system')).trim();
    const admin = await authority.issue({ commonName: 'an-admin', organization: 'system:masters' });
    const connect = { ca: caPem, servername: 'plimsoll.plimsoll.svc' };
    await using byToken = closing(new Agent({ connect }));
    await using byCertificate = closing(new Agent({ connect: { ...connect, cert: admin.certPem, key: admin.keyPem } }));
    for (const [dispatcher, headers] of [
      [byToken.value, { authorization: `Bearer ${token}` }],
      [byCertificate.value, {}],
    ] as const) {
      const { statusCode, body } = await request(`${plimsoll.metricsApiUrl}${path}`, { dispatcher, headers });
      await body.dump();
      expect(statusCode).toBe(200);
    }
  });
});

describe('the end', () => {
  it('comes in peace after SIGTERM: not ready, what was asked is answered, code 0', async () => {
    const { plimsoll } = rig();
    const startMs = Date.now();
    expect(await plimsoll.daemon.stop(30_000)).toBe('code 0');
    measured.push(['Plimsoll: SIGTERM to its end', seconds(Date.now() - startMs)]);
    expect(await plimsoll.daemon.lastWords()).not.toMatch(/forbidden/i);
  });

  it('is told in the report', async () => {
    await writePart({ key: '1 install', title: '1. Install and discovery', text: table(['what', 'measured'], measured) });
  });
});

function closing(value: Agent): { readonly value: Agent; [Symbol.asyncDispose](): Promise<void> } {
  return { value, [Symbol.asyncDispose]: () => value.close() };
}
