// What both sides scrape. Every sample says its time, so that whoever reads it has the same, and counters are lines through these times.
import { createServer } from 'node:http';

/** Samples are this far apart. Readers look twenty times as often, so none is missed; a rate then has its ends within 1.1 distances. */
export const SPACING_MS = 10_000;

type LabelsOf = Readonly<Record<string, string>>;
type Sample = readonly [labels: LabelsOf, value: number];

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  /** Of a counter the values are growths in a second. */
  readonly samples: readonly Sample[];
}

const pod = (namespace: string, name: string, more: LabelsOf = {}): LabelsOf => ({ namespace, pod: name, ...more });
const [A, B, C] = [pod('serving', 'triton-0'), pod('serving', 'triton-1'), pod('batch', 'triton-0')] as const;
const of = (model: string, labels: LabelsOf): LabelsOf => ({ ...labels, model, version: '1' });
/** Of dcgm-exporter: its own pod under the plain names, who holds the GPU under the others. */
const gpu = (uuid: string, node: string, holder: LabelsOf | undefined): LabelsOf => ({
  ...pod('gpu-operator', `dcgm-exporter-${node}`),
  UUID: uuid,
  Hostname: node,
  ...(holder && { exported_namespace: holder['namespace'] ?? '', exported_pod: holder['pod'] ?? '' }),
});
const GPUS = [
  gpu('GPU-1', 'gpu-a', A),
  gpu('GPU-2', 'gpu-b', B),
  gpu('GPU-3', 'gpu-b', B),
  gpu('GPU-4', 'gpu-b', C),
  gpu('GPU-5', 'gpu-b', undefined),
];
const gauge = (name: string, samples: readonly Sample[]): Family => ({ name, type: 'gauge', samples });
const counter = (name: string, samples: readonly Sample[]): Family => ({ name, type: 'counter', samples });
const http = (namespace: string, name: string, service: string, code: string): LabelsOf => pod(namespace, name, { service, code });

/** Values are whole thousandths where a difference of digits is not what is asked about. */
const FAMILIES: readonly Family[] = [
  counter('nv_inference_request_success', [
    [of('bert', A), 8],
    [of('resnet', A), 2],
    [of('bert', B), 4],
    [of('bert', C), 1],
  ]),
  counter('nv_inference_queue_duration_us', [
    [of('bert', A), 4000],
    [of('resnet', A), 1000],
    [of('bert', B), 500],
    [of('bert', C), 0],
  ]),
  counter('nv_inference_compute_infer_duration_us', [
    [of('bert', A), 6000],
    [of('resnet', A), 2000],
    [of('bert', B), 2000],
    [of('bert', C), 0],
  ]),
  gauge('nv_inference_pending_request_count', [
    [of('bert', A), 5],
    [of('resnet', A), 2],
    [of('bert', B), 3],
    [of('bert', C), 0],
  ]),
  gauge(
    'DCGM_FI_DEV_GPU_UTIL',
    GPUS.map((labels, index) => [labels, [91, 40, 60, 7, 0][index] ?? 0]),
  ),
  gauge(
    'DCGM_FI_DEV_FB_USED',
    GPUS.map((labels, index) => [labels, [40_000, 20_000, 10_000, 512, 4][index] ?? 0]),
  ),
  gauge(
    'DCGM_FI_DEV_FB_FREE',
    GPUS.map((labels) => [labels, 1000]),
  ),
  counter('http_requests_total', [
    [http('serving', 'gateway-0', 'gateway', '200'), 12],
    [http('serving', 'gateway-0', 'gateway', '503'), 0.5],
    [http('serving', 'triton-0', 'triton', '200'), 3],
    [http('batch', 'triton-0', 'triton', '200'), 7],
  ]),
  counter('container_cpu_usage_seconds_total', [
    [{ ...A, container: 'main' }, 0.75],
    [{ ...A, container: 'POD' }, 0.1],
    [{ ...C, container: 'main' }, 0.25],
  ]),
  gauge('container_memory_working_set_bytes', [
    [{ ...A, container: 'main' }, 2 ** 30],
    [{ ...B, container: 'main' }, 2 ** 31],
    [{ ...B, container: 'POD' }, 1],
  ]),
  gauge('queue_messages_ready', [
    [{ namespace: 'serving', queue: 'jobs' }, 120],
    [{ namespace: 'serving', queue: 'mail' }, 8],
    [{ namespace: 'batch', queue: 'jobs' }, 30],
  ]),
  gauge('queue_oldest_message_seconds', [
    [{ queue: 'jobs' }, 42.5],
    [{ queue: 'mail' }, Number.NaN],
    [{ queue: 'dead' }, Number.POSITIVE_INFINITY],
  ]),
  gauge('node_load1', [
    [{ node: 'gpu-a' }, 3.5],
    [{ node: 'gpu-b' }, 1.25],
  ]),
  gauge('volume_used_ratio', [[{ persistentvolume: 'models' }, 0.5]]),
  gauge('deployment_backlog', [
    [{ namespace: 'serving', deployment: 'triton' }, 17],
    [{ namespace: 'batch', deployment: 'triton' }, 4],
  ]),
  gauge('gateway_inflight', [
    [{ k8s_namespace: 'serving', k8s_apps_deployment: 'gateway' }, 6],
    [{ k8s_namespace: 'batch', k8s_apps_deployment: 'triton' }, 2],
  ]),
  counter('request_latency_seconds_bucket', [
    ...buckets({ namespace: 'serving', service: 'triton' }, [10, 18, 20]),
    ...buckets({ namespace: 'serving', service: 'gateway' }, [0, 0, 0]),
  ]),
  gauge('extreme_small', [
    [A, 0.0004],
    [B, 1.2345],
  ]),
  gauge('extreme_negative', [
    [A, -2.5],
    [B, -0.0006],
  ]),
  gauge('extreme_large', [
    [A, 9e15],
    [B, 123_456_789_012],
  ]),
  gauge('extreme_huge', [[A, 1e300]]),
  gauge('extreme_nan', [
    [A, Number.NaN],
    [B, 1],
  ]),
  gauge('extreme_infinite', [
    [A, Number.POSITIVE_INFINITY],
    [B, Number.NEGATIVE_INFINITY],
  ]),
];

/** Counts up to 0.1 s, 0.5 s and without end. */
function buckets(labels: LabelsOf, counts: readonly number[]): readonly Sample[] {
  return ['0.1', '0.5', '+Inf'].map((le, index) => [{ ...labels, le }, counts[index] ?? 0] as const);
}

/** The exposition at a time of the wall clock. */
export function expositionAt(nowMs: number): string {
  const atMs = Math.floor(nowMs / SPACING_MS) * SPACING_MS;
  // Counters since 1970: the largest is far below 2^53, so every growth is exact.
  const seconds = atMs / 1000;
  return FAMILIES.map(({ name, type, samples }) => {
    const lines = samples.map(
      ([labels, value]) => `${name}{${written(labels)}} ${said(type === 'counter' ? value * seconds : value)} ${atMs}\n`,
    );
    return `# TYPE ${name} ${type}\n${lines.join('')}`;
  }).join('');
}

function written(labels: LabelsOf): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
}

function said(value: number): string {
  return String(value).replace('Infinity', 'Inf');
}

/** Listens on loopback until it is disposed of. */
export async function serveSamples(port: number): Promise<AsyncDisposable> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(expositionAt(Date.now()));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
