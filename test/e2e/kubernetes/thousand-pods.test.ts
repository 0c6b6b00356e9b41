// A thousand pods: how fast pods/* is answered, what it costs, and that no question costs kube-apiserver another call.
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { table } from './report/figures.ts';
import { writePart } from './report/part.ts';
import { addedCalls, apiCalls, total } from './rig/api-calls.ts';
import { createPods, readyPods } from './rig/bulk.ts';
import { askFast, type Rate } from './rig/clients.ts';
import { askMetric, objectPath, podsPath } from './rig/questions.ts';
import { cpuSeconds, memory } from './rig/usage.ts';
import { useRig } from './rig/use-rig.ts';
import { podTemplate, QUICK_TRITON } from './rig/workloads.ts';
import { isFull } from './run-folder.ts';

const COUNT = 1000;
const NAMESPACE = 'load';
const APP = 'triton';
/** Requests of two seconds: what the simulated Tritons compute is not to be measured. */
const TRITON = { ...QUICK_TRITON, serviceMs: 2000 };
const SECONDS = isFull() ? 20 : 6;
const SIGNAL = 'triton_pending_requests';
const LIST = podsPath(SIGNAL, { namespace: NAMESPACE, app: APP });
const DEFAULT_LIST = podsPath('triton_inflight_requests', { namespace: NAMESPACE, app: APP });
const ONE = objectPath(SIGNAL, { namespace: NAMESPACE, resource: 'pods', name: `${APP}-7` });

let createdIn = 0;
const rig = useRig({ name: 'thousand-pods' }, async ({ controlPlane, kubelets, plimsoll }) => {
  createdIn = await createPods(controlPlane.api, {
    namespace: NAMESPACE,
    count: COUNT,
    name: APP,
    template: podTemplate({ name: APP, triton: TRITON }),
  });
  await readyPods(kubelets, { count: COUNT, withinMs: 60_000 });
  await kubelets.setLoad(`${NAMESPACE}/${APP}`, { kind: 'inflight', requests: 2 * COUNT });
  await plimsoll.ready(90_000);
  // A whole window after the last pod came.
  await setTimeout(65_000);
});

/** As whom the questions are asked: the HPA controller's own service account. */
let token = '';
beforeAll(async () => {
  token = (await rig().controlPlane.kubectl('create', 'token', 'horizontal-pod-autoscaler', '--namespace', 'kube-system')).trim();
});

interface Measured extends Rate {
  readonly plimsollCpu: number;
  readonly apiServerCpu: number;
}

async function measure(options: { path: string; clients: number; direct: boolean }): Promise<Measured> {
  const { controlPlane, plimsoll } = rig();
  const { caPem, server, apiServer } = controlPlane;
  const pids = [plimsoll.daemon.pid, apiServer.pid];
  const where = options.direct ? { origin: plimsoll.metricsApiUrl, serverName: 'plimsoll.plimsoll.svc' } : { origin: server };
  const rate = await askFast({
    ...where,
    path: options.path,
    caPem,
    credentials: { token },
    clients: options.clients,
    seconds: SECONDS,
    pids,
  });
  const [plimsollCpu = 0, apiServerCpu = 0] = rate.cpu.map((seconds) => (1000 * seconds) / rate.questions);
  return { ...rate, plimsollCpu, apiServerCpu };
}

const rows: string[][] = [];
function note(title: string, { p50Ms, p99Ms, perSecond, plimsollCpu, apiServerCpu, bytes }: Measured): void {
  const cells = [
    p50Ms.toFixed(2),
    p99Ms.toFixed(1),
    perSecond.toFixed(0),
    plimsollCpu.toFixed(2),
    apiServerCpu.toFixed(2),
    (bytes / 1024).toFixed(0),
  ];
  rows.push([title, ...cells]);
}

it('all have their number', async () => {
  for (const path of [LIST, DEFAULT_LIST]) {
    const answer = await askMetric(rig().controlPlane.api, path);
    expect(answer.kind === 'items' ? answer.items.length : answer.message).toBe(COUNT);
  }
});

it('are answered directly with a p50 of 4 ms and a p99 of 20 ms at most', async () => {
  const measured = await measure({ path: LIST, clients: 1, direct: true });
  note(`\`pods/*\` directly, 1 client`, measured);
  expect(measured.p50Ms).toBeLessThanOrEqual(4);
  expect(measured.p99Ms).toBeLessThanOrEqual(20);
});

it('are answered 400 times a second at least', async () => {
  const measured = await measure({ path: LIST, clients: 8, direct: true });
  note(`\`pods/*\` directly, 8 clients`, measured);
  expect(measured.perSecond).toBeGreaterThanOrEqual(400);
});

it('are answered by the default signal', async () => {
  note('the same, triton_inflight_requests, 1 client', await measure({ path: DEFAULT_LIST, clients: 1, direct: true }));
  note('the same, 8 clients', await measure({ path: DEFAULT_LIST, clients: 8, direct: true }));
});

it('are answered through kube-apiserver', async () => {
  note('`pods/*` through kube-apiserver, 1 client', await measure({ path: LIST, clients: 1, direct: false }));
  note('the same, 8 clients', await measure({ path: LIST, clients: 8, direct: false }));
});

it('are answered one by one with a p50 of 0.8 ms at most', async () => {
  const measured = await measure({ path: ONE, clients: 1, direct: true });
  note('one pod by name, directly, 1 client', measured);
  note('the same, through kube-apiserver', await measure({ path: ONE, clients: 1, direct: false }));
  expect(measured.p50Ms).toBeLessThanOrEqual(0.8);
});

const calls: string[] = [];

it('cost kube-apiserver no call for a question, once warm', async () => {
  const { controlPlane, plimsoll } = rig();
  const ask = (path: string, direct: boolean): Promise<Rate> =>
    askFast({
      ...(direct ? { origin: plimsoll.metricsApiUrl, serverName: 'plimsoll.plimsoll.svc' } : { origin: controlPlane.server }),
      path,
      caPem: controlPlane.caPem,
      credentials: { token },
      clients: 1,
      seconds: SECONDS,
    });
  await ask(LIST, true);
  const idleFrom = await apiCalls(controlPlane.api);
  await setTimeout(SECONDS * 1000);
  const idle = addedCalls(idleFrom, await apiCalls(controlPlane.api));
  for (const direct of [true, false]) {
    const from = await apiCalls(controlPlane.api);
    const { questions } = await ask(LIST, direct);
    const added = addedCalls(from, await apiCalls(controlPlane.api));
    const reviews = (added.get('POST subjectaccessreviews') ?? 0) + (added.get('POST tokenreviews') ?? 0);
    const shown = [...added].map(([call, count]) => `${count} ${call}`).join(', ') || 'none';
    calls.push(`- ${questions} questions ${direct ? 'directly' : 'through kube-apiserver'} in ${SECONDS} s: ${shown}`);
    // An answer about who asks is kept for ten seconds; what else there is is there without questions too.
    expect(reviews).toBeLessThanOrEqual(2 * (1 + Math.ceil(SECONDS / 10)));
    expect(total(added) - reviews - total(idle), shown).toBeLessThanOrEqual(questions / 50);
    expect(added.get('LIST pods') ?? 0).toBe(0);
  }
  calls.push(`- nobody asks, ${SECONDS} s: ${[...idle].map(([call, count]) => `${count} ${call}`).join(', ') || 'none'}`);
});

it('are told in the report', async () => {
  const { plimsoll, controlPlane, kubelets } = rig();
  const { rssMib, peakMib } = await memory(plimsoll.daemon.pid);
  const cpuFrom = await cpuSeconds(plimsoll.daemon.pid);
  await setTimeout(10_000);
  const idleCores = ((await cpuSeconds(plimsoll.daemon.pid)) - cpuFrom) / 10;
  const head = ['question about 1,000 pods', 'p50 ms', 'p99 ms', 'requests/s', 'CPU s per 1000: Plimsoll', 'kube-apiserver', 'KiB'];
  const peers = [
    ['prometheus-adapter, `pods/*`, directly, 1 / 8 clients', '282 / 1420', '369', '3.6 / 5.6', '255 (+ 8.8 Prometheus)', '55', ''],
    ['custom-metrics-apiserver’s test adapter (values in memory)', '275', '', '3.6', '275', '', ''],
    ['prometheus-adapter, one pod by name', '3.4', '', '', '', '', ''],
    ['test adapter, one pod by name', '0.62', '', '1392', '', '', ''],
  ];
  const text = [
    `${COUNT} pods were made in ${createdIn.toFixed(1)} s and are scraped every 5 s all the while; clients, Plimsoll, kube-apiserver and the simulated Tritons share the machine.`,
    table(head, [...rows, ...peers]),
    `Plimsoll: ${rssMib.toFixed(0)} MiB now, ${peakMib.toFixed(0)} MiB at most, ${(100 * idleCores).toFixed(1)} % of a core while nobody asks (${COUNT} targets every 5 s);`,
    `kube-apiserver ${(await memory(controlPlane.apiServer.pid)).rssMib.toFixed(0)} MiB; the simulated Tritons ${(await memory(kubelets.pid)).rssMib.toFixed(0)} MiB. prometheus-adapter: 107 MiB (366 with 8 clients), and a Prometheus.\n`,
    'Calls that kube-apiserver counts by itself, without those it hands on and without watches:\n',
    calls.join('\n'),
  ].join('\n');
  await writePart({ key: '5a thousand', title: '5. A thousand pods', text });
});
