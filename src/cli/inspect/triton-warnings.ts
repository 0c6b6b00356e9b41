// What is odd about a Triton, told from one exposition.
import type { Warning } from '../../model/fact.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import { MODEL_READINGS, PENDING_FAMILY } from '../../sources/triton/families.ts';
import type { Document } from './document.ts';
import type { Reading } from './reading.ts';

interface Seen {
  readonly samples: Document['samples'];
  readonly families: ReadonlySet<string>;
  readonly lines: readonly Labels[];
  readonly readings: readonly Reading[];
}

interface Quirk {
  readonly code: string;
  /** Undefined where it is not so. */
  readonly told: (seen: Seen) => string | undefined;
}

const DURATION = /^nv_inference_.*_duration_us(?:_total)?$/;
const FAILURES = 'triton_failures_total';
/** What the server says of itself and its machine; a text with none of these may be an excerpt. */
const HOST = /^nv_(?:cpu_|pinned_memory_pool_)/;

const QUIRKS: readonly Quirk[] = [
  {
    code: 'model-kinds-unknown',
    told: () =>
      'metrics do not tell ensembles from their children, whose requests count again: set models.<name>.kind to ensemble where it is one',
  },
  {
    code: 'no-pending-gauge',
    told: ({ families }) =>
      when(
        !families.has(PENDING_FAMILY),
        `no ${PENDING_FAMILY}, which servers before 23.09 do not have: requests that wait show only when they are done`,
      ),
  },
  {
    code: 'triton-1-names',
    told: ({ families }) =>
      when(
        families.has('nv_inference_compute_duration_us') || families.has('nv_inference_load_ratio'),
        'the server is older than 20.06: it has one duration for all of computing, so that requests in execution are not told apart from those that wait',
      ),
  },
  { code: 'unloaded-models', told: unloaded },
  {
    code: 'two-series-sets',
    told: ({ lines }) =>
      when(
        lines.some(isPending) && lines.some((labels) => isModel(labels) && labels.has('gpu_uuid')),
        'models on GPUs have two rows in each family, with and without gpu_uuid, as servers since 23.09 say them of models that are loaded after their start: both are added, a mean of them is half of the truth',
      ),
  },
  {
    code: 'pending-may-leak',
    told: ({ families }) =>
      when(
        families.has(PENDING_FAMILY) && has(families, /^nv_cpu_/) && !has(families, /^nv_pinned_/),
        'the server is 23.09 to 23.12: in 23.10 each request that a full queue refuses stays in the pending gauge for ever; serve finds that floor and subtracts it',
      ),
  },
  {
    code: 'cache',
    // Servers of 2022 say these families without a cache too, and 0 in them.
    told: ({ samples }) =>
      when(
        samples.some(({ name, value }) => name.startsWith('nv_cache_') && value > 0),
        'a response cache is on: its hits are in requests and in their whole and queue time, but in no inference, execution or compute time',
      ),
  },
  {
    code: 'renamed-counters',
    told: ({ families }) =>
      when(
        has(families, /^nv_inference_.*_total$/),
        'counters end in _total, as a collector of OpenTelemetry writes them: Plimsoll asks for the names that Triton says; scrape the server itself',
      ),
  },
  { code: 'namespaces', told: namespaces },
  {
    code: 'gpu-unread',
    told: ({ lines, readings }) => {
      const gpus = uuidsOf(lines.filter((labels) => labels.get(METRIC_NAME) === 'nv_gpu_memory_total_bytes'));
      const sized = new Set(readings.filter(({ name }) => name === 'gpu_memory_total_bytes').map(({ labels }) => labels['uuid']));
      const unread = [...gpus].filter((uuid) => !sized.has(uuid));
      return when(
        unread.length > 0,
        `the server says 0 bytes of memory for ${unread.join(', ')}: it cannot read that GPU, and its utilisation of 0 says nothing; read DCGM exporter for it`,
      );
    },
  },
  {
    code: 'no-gpu-metrics',
    told: ({ families }) =>
      when(
        has(families, HOST) && !has(families, /^nv_gpu_/),
        'no nv_gpu_ family: the server has no GPU, or runs with --allow-gpu-metrics=false; then it names its GPUs in rows of its models alone',
      ),
  },
];

/** What a reader of these numbers should know. */
export function tritonWarnings({ samples, families }: Document, readings: readonly Reading[]): readonly Warning[] {
  const models = readings.filter(({ name }) => MODEL_READINGS.some((reading) => reading.name === name));
  // The failures of an unloaded model go on being said.
  if (models.every(({ name }) => name === FAILURES)) return [NO_MODELS];
  const seen = { samples, families, readings, lines: samples.map(({ line }) => line.labels) };
  const warnings = QUIRKS.flatMap(({ code, told }) => {
    const message = told(seen);
    return message === undefined ? [] : [{ code, message }];
  });
  // An excerpt may lack any family; a text with the pending gauge is whole enough to tell.
  const countersAreOff = families.has(PENDING_FAMILY) && !has(families, DURATION);
  return countersAreOff ? [...warnings, COUNTERS_DISABLED] : warnings;
}

const NO_MODELS: Warning = {
  code: 'no-models',
  message: 'no model says a number: none is loaded, or none has a metric; look at :8000/v2/repository/index',
};

const COUNTERS_DISABLED: Warning = {
  code: 'counters-disabled',
  message:
    'no duration counters: the server runs with counter_latencies=false, and then its counts of requests stay 0 too; only pending is live',
};

function unloaded({ readings }: Seen): string | undefined {
  const alive = new Set(readings.filter(({ name }) => name !== FAILURES).map(modelOf));
  const gone = [...new Set(readings.filter(({ name }) => name === FAILURES).map(modelOf))].filter((model) => !alive.has(model));
  return when(gone.length > 0, `${gone.join(', ')}: nothing but failures is said, as after an unload; counted nowhere`);
}

function namespaces({ lines }: Seen): string | undefined {
  // Handed on by a Prometheus it is the namespace of the pod.
  const own = lines.filter((labels) => isModel(labels) && !labels.has('instance'));
  const found = new Set(own.flatMap((labels) => labels.get('namespace') ?? []));
  return when(
    found.size > 0,
    `the server runs with --model-namespacing (${found.size} of them): models of one name and version in several namespaces are added up`,
  );
}

function modelOf({ labels: { model = '', version = '' } }: Reading): string {
  return version === '' ? model : `${model} version ${version}`;
}

function uuidsOf(lines: readonly Labels[]): Set<string> {
  return new Set(lines.flatMap((labels) => labels.get('gpu_uuid') ?? []));
}

function isModel(labels: Labels): boolean {
  return labels.has('model') && (labels.get(METRIC_NAME) ?? '').startsWith('nv_inference_');
}

function isPending(labels: Labels): boolean {
  return labels.get(METRIC_NAME) === PENDING_FAMILY;
}

function has(families: ReadonlySet<string>, pattern: RegExp): boolean {
  return [...families].some((family) => pattern.test(family));
}

function when(isSo: boolean, message: string): string | undefined {
  return isSo ? message : undefined;
}
