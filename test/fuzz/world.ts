// A whole metrics API over two namespaces, of which the asker may see one. Whatever belongs to the other is called after a word that no request says.

import { settingsOf } from '../../src/app/settings.ts';
import { type Plimsoll, wire } from '../../src/app/wire.ts';
import { forbiddenMessage } from '../../src/auth/forbidden.ts';
import { requestAttributes } from '../../src/auth/request-attributes.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { createMetricsApi } from '../../src/metrics-api/app.ts';
import type { Admission, AdmissionRequest } from '../../src/model/admission.ts';
import type { Fetch } from '../../src/model/fetch.ts';
import type { Log } from '../../src/model/log.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';

/** In every name of the namespace that may not be seen, and in no request. */
export const PLANTED = 'xyzzy';
export const VISIBLE = 'demo';
export const HIDDEN = 'hidden';

const TEXT = `# TYPE nv_inference_pending_request_count gauge
nv_inference_pending_request_count{model="m",version="1"} 3
nv_inference_count{model="m",version="1"} 1000
nv_inference_exec_count{model="m",version="1"} 1000
nv_inference_request_success{model="m",version="1"} 1000
nv_inference_request_duration_us{model="m",version="1"} 1000
nv_inference_queue_duration_us{model="m",version="1"} 1000
nv_inference_compute_infer_duration_us{model="m",version="1"} 1000
`;
/** Its own GPU, one that a server on another node names too, none, or one whose pod nobody names. */
const GPUS: Readonly<Record<string, string>> = {
  'triton-0': 'nv_gpu_utilization{gpu_uuid="GPU-0"} 0.5\n',
  'triton-1': 'nv_gpu_utilization{gpu_uuid="GPU-both"} 0.5\n',
  [`${PLANTED}-one`]: 'nv_gpu_utilization{gpu_uuid="GPU-both"} 0.5\n',
};
const EXPORTER = 'DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-silent"} 50\nDCGM_FI_DEV_GPU_UTIL{gpu="1",UUID="GPU-0"} 50\n';

interface PlantedPod {
  readonly pod: string;
  readonly labels: Readonly<Record<string, string>>;
}

const workload = (name: string, namespace: string, node: string): Readonly<Record<string, string>> => ({
  namespace,
  deployment: name,
  service: name,
  node,
  app: 'triton',
});

const PODS: readonly PlantedPod[] = [
  ...['triton-0', 'triton-1', 'triton-silent', 'triton-dead'].map((pod) => ({ pod, labels: workload('triton', VISIBLE, 'node-a') })),
  ...['one', 'two', 'dead'].map((name) => ({
    pod: `${PLANTED}-${name}`,
    labels: workload(`${PLANTED}-workload`, HIDDEN, `${PLANTED}-node`),
  })),
  // On a node where the asker has pods too.
  { pod: `${PLANTED}-beside`, labels: workload(`${PLANTED}-beside`, HIDDEN, 'node-a') },
  { pod: `${PLANTED}-beside-dead`, labels: workload(`${PLANTED}-beside`, HIDDEN, 'node-a') },
];

/** Some pods of each namespace do not answer; the reasons name them. */
const fetch: Fetch = async ({ url }) => {
  const { host, hostname } = new URL(url);
  if (hostname.includes('dead')) return { kind: 'failed', error: { failure: 'refused', message: `connection refused at ${host}` } };
  const text = hostname === 'exporter' ? EXPORTER : TEXT + (GPUS[hostname] ?? '');
  return { kind: 'body', bytes: new TextEncoder().encode(text) };
};

const DISCOVERY = { kind: 'admitted', user: 'somebody' } as const;

/** A role in one namespace, as an authoriser would judge it. */
async function admit({ method, target }: AdmissionRequest): Promise<Admission> {
  const attributes = requestAttributes(method, target);
  if (attributes.kind === 'path' || attributes.namespace === VISIBLE) return DISCOVERY;
  return { kind: 'refused', code: 403, message: forbiddenMessage({ user: 'somebody', attributes, reason: '' }) };
}

export interface FuzzWorld {
  readonly plimsoll: Plimsoll;
  readonly api: ReturnType<typeof createMetricsApi>;
  /** Errors that nobody foresaw. */
  readonly errors: readonly unknown[];
}

export async function createFuzzWorld(): Promise<FuzzWorld> {
  const jobs = PODS.map(({ pod, labels }) => ({
    job_name: pod,
    triton_api: { enabled: false },
    static_configs: [{ targets: [`${pod}:8002`], labels: { ...labels, pod } }],
  }));
  const exporter = { job_name: 'dcgm', source: 'dcgm', static_configs: [{ targets: ['exporter:9400'], labels: { node: 'node-a' } }] };
  const settings = settingsOf('the fuzzer', [
    { path: ['scrape_configs'], value: [...jobs, exporter] },
    { path: ['models'], value: { m: { kind: 'leaf' } } },
    {
      path: ['kubernetes', 'owners'],
      value: [{ group: 'serving.kserve.io', version: 'v1beta1', resource: 'inferenceservices', kind: 'InferenceService' }],
    },
  ]);
  const errors: unknown[] = [];
  const log: Log = { ...silentLog, error: (fields) => void errors.push(fields) };
  const clock = new VirtualClock(1_800_000_000_000);
  const plimsoll = wire({ settings, clock, log, meter: nullMeter, fetch });
  for (let scrape = 0; scrape < 20; scrape += 1) {
    plimsoll.scraper.tick();
    await plimsoll.scraper.idle();
    await clock.advance(5000);
  }
  const { signals, inventory, config } = plimsoll;
  const api = createMetricsApi({
    signals,
    inventory,
    owners: config().kubernetes.owners,
    clock,
    meter: nullMeter,
    log,
    version: '1.2.3',
    admit,
  });
  return { plimsoll, api, errors };
}
