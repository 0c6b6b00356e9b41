// docs/migrating-from-prometheus-adapter.md, followed to the letter: the old adapter off, Plimsoll on, the same HPA, the same value.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../ports.ts';
import { findPrometheus, findPrometheusAdapter } from '../prometheus/programs.ts';
import { parseQuantity } from '../quantity.ts';
import { until } from '../wait.ts';
import { type ControlPlane, startControlPlane } from './control-plane/control-plane.ts';
import { type Kubelets, startKubelets } from './kubelet/kubelets.ts';
import { writePart } from './report/part.ts';
import { type Follower, follow, type Guide, readGuide, type Step } from './rig/guide.ts';
import { conditionOf, type HpaState, type HpaWatch, watchHpas } from './rig/hpa-watch.ts';
import { type OldAdapter, startOldAdapter } from './rig/old-adapter.ts';
import { type Plimsoll, startPlimsoll } from './rig/plimsoll.ts';
import { askMetric, sumOf } from './rig/questions.ts';
import { createWorkload, QUICK_TRITON } from './rig/workloads.ts';
import { currentRun } from './run-folder.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Where the guide has it. */
const PROMETHEUS = 'http://127.0.0.1:9090';
const GUIDE = 'migrating-from-prometheus-adapter.md';
/** Those of the guide's HPA. */
const [NAMESPACE, NAME] = ['serving', 'triton'];
const HPA = { namespace: NAMESPACE, name: NAME };
const PODS = 2;
/** Twelve for each pod, which execute four at a time in 50 ms: each finishes 80 a second. */
const INFLIGHT = 24;
const EACH = 80;
/** A scrape is some milliseconds early or late. */
const TOLERANCE = 0.03;
const SYNC_S = 5;
/** A window, and some scrapes and syncs. */
const SETTLED_MS = 120_000;

const finding = { env: process.env, progress: (line: string) => void process.stderr.write(`${line}\n`) };
const prometheus = await findPrometheus(finding);
const adapter = await findPrometheusAdapter(finding);
for (const found of [prometheus, adapter]) if (found.kind === 'skipped') finding.progress(`skipped: ${found.why}`);
const areThere = prometheus.kind === 'ready' && adapter.kind === 'ready';

describe.skipIf(!areThere)(`docs/${GUIDE}`, () => {
  const resources = new AsyncDisposableStack();
  let guide: Guide;
  let controlPlane: ControlPlane;
  let kubelets: Kubelets;
  let hpas: HpaWatch;
  let old: OldAdapter;
  let plimsoll: Plimsoll;
  let follower: Follower;
  let metricsApiPort: number;
  let switchedMs = 0;
  let before: HpaState;

  const steps = (section: number): readonly Step[] => {
    const found = guide.get(section) ?? [];
    expect(found.length, `steps of section ${section}`).toBeGreaterThan(0);
    return found;
  };
  const fileOf = (section: number, path: string): string => {
    const step = steps(section).find((one) => one.kind === 'file' && one.path === path);
    return step?.kind === 'file' ? step.text : '';
  };
  /** All commands in order, or those of which something is said. */
  const commands = async (section: number, isMeant: (line: string) => boolean = () => true): Promise<readonly string[]> => {
    const said: string[] = [];
    for (const step of steps(section)) {
      if (step.kind !== 'command' || isMeant(step.line)) said.push(await follow(step, follower));
    }
    return said;
  };
  const isNearEach = (quantity: string | undefined): boolean =>
    quantity !== undefined && Math.abs(parseQuantity(quantity) - EACH) <= EACH * TOLERANCE;

  beforeAll(async () => {
    if (prometheus.kind !== 'ready' || adapter.kind !== 'ready') return;
    guide = await readGuide(GUIDE);
    const { programs, folder } = currentRun();
    controlPlane = resources.use(await startControlPlane({ programs, folder: join(folder, 'migration'), syncPeriodSeconds: SYNC_S }));
    kubelets = resources.use(await startKubelets(controlPlane, { nodes: 1 }));
    await createWorkload(controlPlane.api, { ...HPA, replicas: PODS, triton: QUICK_TRITON });
    await kubelets.setLoad(`${NAMESPACE}/${NAME}`, { kind: 'inflight', requests: INFLIGHT });
    await until({
      ask: async () => (await kubelets.counts()).listening === PODS || undefined,
      withinMs: 30_000,
      everyMs: 100,
      failure: () => 'the pods do not listen',
    });
    const work = join(controlPlane.folder, 'checkout');
    await mkdir(work);
    await cp(join(ROOT, 'k8s'), join(work, 'k8s'), { recursive: true });
    const rules = fileOf(1, 'migration/rules.yaml');
    old = await startOldAdapter(controlPlane, {
      prometheus: prometheus.programs.prometheus,
      adapter: adapter.adapter,
      rules,
      namespace: NAMESPACE,
    });
    follower = followerIn(work, controlPlane, old);
    const hpa = join(controlPlane.folder, 'hpa.yaml');
    await writeFile(hpa, fileOf(1, 'migration/hpa.yaml'));
    await controlPlane.kubectl('apply', '-f', hpa);
    hpas = resources.use(watchHpas(controlPlane.api));
    [metricsApiPort = 0] = await freePorts(1);
  });
  afterAll(() => resources.disposeAsync());

  it('begins with an HPA that reads from the old adapter', async () => {
    const test = (state: HpaState): boolean => isNearEach(state.metric?.averageValue);
    before = await hpas.becomes(HPA, { test, withinMs: SETTLED_MS });
    expect(conditionOf(before, 'ScalingActive')?.status).toBe('True');
  });

  it('1. takes the file', async () => {
    await commands(1, (line) => !line.includes('hpa.yaml'));
    const taken = await readFile(join(follower.folder, 'migration/rules.yaml'), 'utf8');
    expect(taken).toBe(fileOf(1, 'migration/rules.yaml'));
  });

  it('2. checks it', async () => {
    const shown = steps(2).flatMap((step) => (step.kind === 'output' ? [step.text] : []));
    expect((await commands(2)).filter((said) => said !== '')).toEqual(shown);
  });

  it('3. and 4. start Plimsoll beside the old adapter, which goes on answering', async () => {
    await commands(3);
    await writeLoopback(follower.folder, { port: metricsApiPort, caPem: controlPlane.caPem });
    await commands(4, (line) => line.startsWith('kubectl apply'));
    plimsoll = await startAsInstalled(controlPlane, metricsApiPort);
    await commands(4, (line) => line.includes('rollout'));
    await plimsoll.ready(SETTLED_MS);
    const services = await controlPlane.kubectl('get', 'apiservices', '-o', 'jsonpath={.items[*].spec.service.name}');
    expect(services.split(' ')).toEqual(['prometheus-adapter']);
    expect(
      hpas
        .of(NAMESPACE, NAME)
        .filter(({ atMs }) => atMs >= before.atMs)
        .every((state) => isNearEach(state.metric?.averageValue)),
    ).toBe(true);
  });

  it('5. switches: the same HPA comes to the same value', async () => {
    const { kubectl, api } = controlPlane;
    const lines = steps(5).flatMap((step) => (step.kind === 'command' ? [step.line] : []));
    const turn = lines.findIndex((line) => line.includes('delete'));
    const raw = lines.filter((line) => line.includes('--raw'));
    expect(raw).toHaveLength(2);
    const path = raw[0]?.split("'")[1] ?? '';
    const theirs = sumOf(await askMetric(api, path));
    for (const line of lines.slice(0, turn)) await follow({ kind: 'command', line }, follower);
    switchedMs = Date.now();
    for (const line of lines.slice(turn).filter((one) => !/--raw|describe/.test(one))) await follow({ kind: 'command', line }, follower);
    await old.daemon.stop();
    const ours = await until({
      ask: async () => sumOf(await askMetric(api, path)),
      withinMs: 60_000,
      everyMs: 200,
      failure: () => 'Plimsoll does not answer through kube-apiserver',
    });
    const answeredMs = Date.now();
    expect(Math.abs(ours - (theirs ?? 0))).toBeLessThanOrEqual((theirs ?? 0) * TOLERANCE);
    const after = await hpas.first(HPA, {
      test: (state) => conditionOf(state, 'ScalingActive')?.status === 'True' && isNearEach(state.metric?.averageValue),
      sinceMs: Date.now(),
      withinMs: 60_000,
    });
    expect(after?.metric?.averageValue).toBeDefined();
    await tellGap(hpas.of(NAMESPACE, NAME), { switchedMs, answeredMs });
    for (const line of lines.slice(turn).filter((one) => /--raw|describe/.test(one))) {
      expect(await follow({ kind: 'command', line }, follower)).toMatch(/inferences_per_second/);
    }
    expect(await kubectl('get', 'apiservices', '-o', 'jsonpath={.items[*].spec.service.name}')).toMatch(/^plimsoll plimsoll plimsoll$/);
  });

  it('never changes the replicas', () => {
    const states = hpas.of(NAMESPACE, NAME).filter(({ atMs }) => atMs >= before.atMs);
    expect(states.at(-1)?.atMs).toBeGreaterThan(switchedMs);
    expect([...new Set(states.flatMap(({ current, desired }) => [current, desired]))]).toEqual([PODS]);
  });
});

/** Into the report: how long nobody answered. */
async function tellGap(
  states: readonly HpaState[],
  { switchedMs, answeredMs }: { readonly switchedMs: number; readonly answeredMs: number },
): Promise<void> {
  const without = states.filter((state) => state.atMs >= switchedMs && conditionOf(state, 'ScalingActive')?.status === 'False').length;
  const text = `From the first command that takes the old adapter away to the first answer of Plimsoll's through kube-apiserver ${((answeredMs - switchedMs) / 1000).toFixed(1)} s; the HPA, every ${SYNC_S} s, told of ${without} changes without a value.`;
  await writePart({ key: 'migration', title: 'From prometheus-adapter to Plimsoll', text });
}

/** With the real programs; what is applied has loopback laid over it. */
function followerIn(folder: string, { folder: home }: ControlPlane, { prometheusUrl }: OldAdapter): Follower {
  const { programs } = currentRun();
  return {
    folder,
    programs: { kubectl: [programs.kubectl], plimsoll: [process.execPath, join(ROOT, 'src/main.ts')] },
    env: { PATH: process.env['PATH'], HOME: home, KUBECONFIG: join(home, 'admin.kubeconfig') },
    adapted: (words) =>
      words.map((word) => (word === PROMETHEUS ? prometheusUrl : word === 'migration' && words.includes('apply') ? 'loopback' : word)),
  };
}

/** What a cluster without nodes and their network cannot have: the Service leads to this machine, and the certificate is the cluster's. */
async function writeLoopback(work: string, { port, caPem }: { readonly port: number; readonly caPem: string }): Promise<void> {
  const spec = { type: 'ExternalName', externalName: 'localhost', ports: [{ name: 'metrics-api', port, protocol: 'TCP' }] };
  const operations = [
    { op: 'replace', path: '/spec/service/port', value: port },
    { op: 'add', path: '/spec/caBundle', value: Buffer.from(caPem).toString('base64') },
  ];
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['../migration'],
    patches: [
      { target: { kind: 'Service' }, patch: JSON.stringify([{ op: 'replace', path: '/spec', value: spec }]) },
      { target: { kind: 'APIService' }, patch: JSON.stringify(operations) },
    ],
  };
  await mkdir(join(work, 'loopback'));
  await writeFile(join(work, 'loopback/kustomization.yaml'), JSON.stringify(kustomization));
}

/** As its pod would run: with what the ConfigMap says, and the rights of its service account. */
async function startAsInstalled(controlPlane: ControlPlane, metricsApiPort: number): Promise<Plimsoll> {
  const { kubectl, authority, folder } = controlPlane;
  const rulesFile = join(folder, 'mounted-rules.yaml');
  await writeFile(rulesFile, await kubectl('-n', 'plimsoll', 'get', 'configmap', 'plimsoll', '-o', 'jsonpath={.data.rules\\.yaml}'));
  const { certPem, keyPem } = await authority.issue({ commonName: 'plimsoll', hosts: ['plimsoll.plimsoll.svc'] });
  const [certFile, keyFile] = [join(folder, 'plimsoll.crt'), join(folder, 'plimsoll.key')];
  await writeFile(certFile, certPem);
  await writeFile(keyFile, keyPem, { mode: 0o600 });
  const token = (await kubectl('create', 'token', 'plimsoll', '--namespace', 'plimsoll', '--duration', '24h')).trim();
  const installation = { metricsApiPort, certFile, keyFile, token, scraperToken: token };
  return await startPlimsoll({ controlPlane, installation, settings: { prometheus_adapter_config: rulesFile } });
}
