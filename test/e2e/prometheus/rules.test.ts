// What `plimsoll rules` prints, evaluated by Prometheus's own engine over the samples that Plimsoll read: it comes to the same.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingRules } from '../../../src/app/recording-rules.ts';
import { demoFleet } from '../../../src/fleet/demo.ts';
import { fleetFetch } from '../../../src/fleet/fetch.ts';
import { createFleet, type Endpoint } from '../../../src/fleet/fleet.ts';
import type { Fetch } from '../../../src/model/fetch.ts';
import { CANONICAL_SERIES } from '../../../src/sources/canonical.ts';
import { HOST_SERIES } from '../../../src/sources/triton/host.ts';
import { NAMESPACE, podName } from '../../bench/fleet.ts';
import { CORES, kubeletText } from '../../bench/kubelets.ts';
import type { SteppedClock } from '../../bench/stepped-clock.ts';
import { findPrometheus } from './programs.ts';
import { INTERVAL_MS, inputSeries, unitTestOf, type World } from './recorded.ts';

const found = await findPrometheus({ env: process.env, progress: (line) => void process.stderr.write(`${line}\n`) });
if (found.kind === 'skipped') {
  process.stderr.write(`skipped: ${found.why}\n`);
  describe('recording rules', () => it.skip(`needs promtool: ${found.why}`));
}

const run = promisify(execFile);

/** No API is asked: what it would tell of the models is configured for both. */
const MODELS = {
  vision: { kind: 'ensemble' },
  preprocess: { kind: 'leaf', instances: 1 },
  resnet50: { kind: 'leaf', instances: 2, max_batch_size: 8 },
  bert: { kind: 'leaf', instances: 1, max_batch_size: 4 },
} as const;

/** Changes of the last XID error's code are counted by Plimsoll alone: what exporters count has a code. */
const CANONICAL = [...CANONICAL_SERIES, ...HOST_SERIES].map(({ name }) => (name === 'gpu_xid_errors_total' ? `${name}{xid!=""}` : name));
/** Plimsoll reads lines as they were said, a Prometheus sees some labels under another name; and no rule counts who shares a GPU. */
const OWNERS = 'max without (evidence, shared) (gpu_owner)';
const FACTS = ['triton_model_info', 'triton_model_instances', 'triton_model_max_batch_size'];

function demoWorld(): World {
  const fleet = createFleet(demoFleet(), { seed: 1, startMs: 1_800_000_000_000 });
  const jobs = (['triton', 'dcgm'] as const).map((source) => ({
    job_name: source,
    source,
    triton_api: { enabled: false },
    static_configs: fleet
      .endpoints()
      .filter((endpoint) => endpoint.source === source)
      .map(configOf),
  }));
  return {
    name: 'a fleet under load',
    jobs,
    models: MODELS,
    fetchOf: (clock) => fleetFetch(fleet, clock),
    compared: [...CANONICAL, ...FACTS, OWNERS],
    signals: true,
  };
}

function configOf({ id, labels, namespace, pod }: Endpoint): object {
  return { targets: [id], labels: { namespace, pod, ...(labels['node'] !== undefined && { node: labels['node'] }) } };
}

const NODES = [0, 1];
const PODS_PER_NODE = 3;
/** As many as the samples of a world are, and more. */
const TICKS = 400;

const podsOf = (node: number): readonly number[] => [...Array(PODS_PER_NODE).keys()].map((pod) => node * PODS_PER_NODE + pod);

function kubeletWorld(): World {
  const nodes = NODES.map((node) => ({ targets: [`node-${node}:10250`], labels: { node: `node-${node}` } }));
  // Where no cluster is asked, pods are those of targets.
  const pods = NODES.flatMap((node) =>
    podsOf(node).map((pod) => ({ targets: [`pod-${pod}:1`], labels: { namespace: NAMESPACE, pod: podName(pod), node: `node-${node}` } })),
  );
  return {
    name: 'kubelets, whose samples have times of their own',
    jobs: [
      { job_name: 'kubelet', source: 'kubelet', scrape_interval: `${INTERVAL_MS}ms`, static_configs: nodes },
      { job_name: 'pods', source: 'generic', static_configs: pods },
    ],
    settled: (settings) => ({
      ...settings,
      targets: settings.targets.map((target) => (target.source === 'kubelet' ? { ...target, facts: CORES } : target)),
    }),
    fetchOf: kubelets,
    beside: NODES.map((node) =>
      inputSeries(
        new Map([
          ['__name__', 'kube_node_status_allocatable'],
          ['node', `node-${node}`],
          ['resource', 'cpu'],
        ]),
        `64x${TICKS}`,
      ),
    ),
    compared: ['pod_memory_used_bytes', 'node_memory_used_bytes'],
    signals: true,
  };
}

function kubelets(clock: SteppedClock): Fetch {
  return async ({ source, labels }) => {
    const node = Number(labels.get('node')?.slice('node-'.length));
    const atMs = clock.nowMs();
    return body(
      source === 'kubelet'
        ? `${kubeletText(node, { atMs, pods: podsOf(node) })}node_memory_working_set_bytes ${node + 5} ${atMs}\n`
        : 'x 1\n',
    );
  };
}

/** What exporters of each generation say, with their blanks, slices and several ways to name a pod. */
const EXPOSITIONS = [
  'authored-1.x-old-names',
  'authored-2.0-every-blank',
  'authored-3.3-vgpu-guest',
  'authored-4.5-two-gpus',
  'authored-4.8-mig-vgpu-pods',
  'authored-4.9-gh200-dra',
  'authored-4.9-mig-dra-pods',
  'real-3.3.8-h100-idle',
  'real-3.3.8-h100-matmul',
  'real-3.3.8-h100-served',
];

async function exporterWorld(name: string): Promise<World> {
  const text = await readFile(new URL(`../../../fixtures/dcgm/${name}.txt`, import.meta.url), 'utf8');
  return {
    name,
    jobs: [
      { job_name: 'with-node', source: 'dcgm', static_configs: [{ targets: ['a:9400'], labels: { node: 'n' } }] },
      { job_name: 'without', source: 'dcgm', static_configs: [{ targets: ['b:9400'] }] },
    ],
    fetchOf: () => async () => body(text),
    compared: [...CANONICAL, OWNERS],
  };
}

function body(text: string): { readonly kind: 'body'; readonly bytes: Uint8Array } {
  return { kind: 'body', bytes: new TextEncoder().encode(text) };
}

describe.runIf(found.kind === 'ready')('recording rules', () => {
  const promtool = found.kind === 'ready' ? found.programs.promtool : '';
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plimsoll-rules-'));
    const rules = recordingRules({ version: 'test', group: 'plimsoll', intervalMs: INTERVAL_MS, windowMs: undefined, models: MODELS });
    await writeFile(join(folder, 'rules.yml'), rules);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are accepted, without a doubt of its linter', async () => {
    const { stdout } = await run(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', join(folder, 'rules.yml')]);
    expect(stdout).toMatch(/SUCCESS: \d\d rules found/);
  });

  const worlds = [demoWorld, kubeletWorld, ...EXPOSITIONS.map((name) => () => exporterWorld(name))];

  it.each(worlds.map((world, at) => [['demo', 'kubelets', ...EXPOSITIONS][at] ?? '', world] as const))('%s', async (name, world) => {
    const { yaml, expected } = await unitTestOf(await world());
    const file = join(folder, `${name}.yml`);
    await writeFile(file, `rule_files: [rules.yml]\nevaluation_interval: ${INTERVAL_MS}ms\nfuzzy_compare: true\ntests:\n${yaml}`);
    expect(expected).toBeGreaterThan(0);
    const { stdout } = await run(promtool, ['test', 'rules', file], { maxBuffer: 64 * 1024 * 1024 }).catch(
      (error: { stdout: string; stderr: string }) => {
        throw new Error(`${error.stdout}${error.stderr}`.slice(0, 20_000));
      },
    );
    expect(stdout).toContain('SUCCESS');
  });
});
