// The signals that Plimsoll serves, as data.
import type { SignalInfo } from '../model/signal.ts';
import { leafLive, leafRate, ofOwnedGpus } from './expressions.ts';

export interface SignalRow extends SignalInfo {
  /** Whose targets it is read from. Triton speaks of its own pod; DCGM exporter of the pods that own its GPUs. */
  readonly source: 'triton' | 'dcgm';
  /** Template with one result per pod, or per pod and device. */
  readonly expr: string;
  /** Template of the denominator, for `ratio` alone. */
  readonly per?: string;
  /** How values become one, over the devices of a pod as over pods. `ratio` is Σ `expr` ÷ Σ `per`, never a mean of ratios. */
  readonly across: 'sum' | 'mean' | 'max' | 'ratio';
  /** Labels that say which device a value is about: each enters a reduction once. Empty: the value is the pod's. */
  readonly device: readonly string[];
  /** Longest range read: `rate` is `<<.Window>>`, which a server older than Plimsoll must fill first; `live` is `<<.LiveWindow>>`. */
  readonly window: 'rate' | 'live' | 'none';
  /** What a target must say for the signal to exist. */
  readonly needs: string;
}

const MODEL_LABELS = ['model', 'version'];
const COMPUTE = ['input', 'infer', 'output'].map((step) => `nv_inference_compute_${step}_duration_us`);
/** Triton counts durations in µs. */
const SECONDS = '/ 1e6';

const COUNTERS = 'the nv_inference counters of a leaf model, in two scrapes at least (Triton hides them with counter_latencies=false)';
const PENDING = 'nv_inference_pending_request_count of a leaf model (Triton has it since 23.09)';
const TRITON = { source: 'triton', labels: MODEL_LABELS, device: [], needs: COUNTERS } as const;

/** A GPU is its UUID, a slice of it its instance id too; what is measured for the whole board counts once per UUID (DESIGN rule 9). */
const SLICE = ['uuid', 'mig_id'];
const BOARD = ['uuid'];
const GPU = { source: 'dcgm', labels: SLICE, window: 'none' } as const;

export const CATALOGUE: readonly SignalRow[] = [
  {
    ...TRITON,
    name: 'triton_inflight_requests',
    unit: 'requests',
    help: 'Requests waiting in or executing on Triton: the pending gauge of the last scrapes plus requests in execution by Little’s law; leaf models only.',
    // Within 1–4 % of the true concurrency when the window spans 7–15 mean latencies (measured on Triton 2.51).
    expr: `${leafLive('nv_inference_pending_request_count')} + ${leafRate(...COMPUTE)} ${SECONDS}`,
    across: 'sum',
    window: 'rate',
    needs: `${PENDING} and ${COUNTERS}`,
  },
  {
    ...TRITON,
    name: 'triton_pending_requests',
    unit: 'requests',
    help: 'Requests waiting for execution as Triton’s pending gauge said in the last scrapes; shows a step at once; leaf models only.',
    expr: leafLive('nv_inference_pending_request_count'),
    across: 'sum',
    window: 'live',
    needs: PENDING,
  },
  {
    ...TRITON,
    name: 'triton_queued_requests',
    unit: 'requests',
    help: 'Average number of requests waiting in Triton’s queues by Little’s law; leaf models only.',
    expr: `${leafRate('nv_inference_queue_duration_us')} ${SECONDS}`,
    across: 'sum',
    window: 'rate',
  },
  {
    ...TRITON,
    name: 'triton_executing_requests',
    unit: 'requests',
    help: 'Average number of requests in execution by Little’s law (a batch of four counts four); leaf models only.',
    expr: `${leafRate(...COMPUTE)} ${SECONDS}`,
    across: 'sum',
    window: 'rate',
  },
  {
    ...TRITON,
    name: 'triton_requests_per_second',
    unit: 'requests/s',
    help: 'Requests answered successfully per second; an ensemble’s request counts at each of its leaf models.',
    expr: leafRate('nv_inference_request_success'),
    across: 'sum',
    window: 'rate',
  },
  {
    ...TRITON,
    name: 'triton_inferences_per_second',
    unit: 'inferences/s',
    help: 'Inferences (elements of batches) per second, cache hits left out; leaf models only.',
    expr: leafRate('nv_inference_count'),
    across: 'sum',
    window: 'rate',
  },
  {
    ...TRITON,
    name: 'triton_request_latency_seconds',
    unit: 'seconds',
    help: 'Mean time of a successful request inside Triton, waiting included: Σ time ÷ Σ requests; leaf models only.',
    expr: `${leafRate('nv_inference_request_duration_us')} ${SECONDS}`,
    per: leafRate('nv_inference_request_success'),
    across: 'ratio',
    window: 'rate',
  },
  {
    ...TRITON,
    name: 'triton_queue_latency_seconds',
    unit: 'seconds',
    help: 'Mean time that a successful request waited in Triton’s queue: Σ time ÷ Σ requests; leaf models only.',
    expr: `${leafRate('nv_inference_queue_duration_us')} ${SECONDS}`,
    per: leafRate('nv_inference_request_success'),
    across: 'ratio',
    window: 'rate',
  },
  {
    ...TRITON,
    name: 'triton_queue_compute_ratio',
    unit: 'ratio',
    help: 'Time waited for each unit of time inferred: Σ queue time ÷ Σ inference time; leaf models only. It oscillates when an HPA follows it.',
    expr: leafRate('nv_inference_queue_duration_us'),
    per: leafRate('nv_inference_compute_infer_duration_us'),
    across: 'ratio',
    window: 'rate',
  },
  {
    ...TRITON,
    name: 'triton_failure_ratio',
    unit: 'ratio',
    help: 'Failed requests of all finished ones; leaf models only. Triton does not count requests that a full queue refused.',
    expr: leafRate('nv_inference_request_failure'),
    per: `${leafRate('nv_inference_request_failure')} + ${leafRate('nv_inference_request_success')}`,
    across: 'ratio',
    window: 'rate',
  },
  {
    ...GPU,
    name: 'gpu_utilization_ratio',
    unit: 'ratio',
    help: 'Share of time in which a kernel ran, mean over the GPUs of the pods; each GPU counts once however many pods share it. 1 is not saturation.',
    expr: ofOwnedGpus(SLICE, 'gpu_utilization_ratio'),
    across: 'mean',
    device: SLICE,
    needs: 'a utilisation field for each of the pod’s GPUs (DCGM has none for MIG slices)',
  },
  {
    ...GPU,
    name: 'gpu_memory_used_ratio',
    unit: 'ratio',
    help: 'GPU memory in use: Σ used ÷ Σ total over the GPUs of the pods; a total that is not said is used + free + reserved.',
    expr: ofOwnedGpus(SLICE, 'gpu_memory_used_bytes'),
    per: ofOwnedGpus(
      SLICE,
      'gpu_memory_total_bytes or gpu_memory_used_bytes + gpu_memory_free_bytes + gpu_memory_reserved_bytes or gpu_memory_used_bytes + gpu_memory_free_bytes',
    ),
    across: 'ratio',
    device: SLICE,
    needs: 'used memory and total or free memory for each of the pod’s GPUs',
  },
  {
    ...GPU,
    name: 'gpu_power_watts',
    unit: 'watts',
    help: 'Power drawn by the GPUs of the pods; a board counts once, a slice or a shared GPU with the whole board’s power.',
    expr: ofOwnedGpus(BOARD, 'gpu_power_watts'),
    across: 'sum',
    device: BOARD,
    needs: 'a power field for each of the pod’s GPUs (virtual GPUs have none)',
  },
  {
    ...GPU,
    name: 'gpu_temperature_celsius',
    unit: 'celsius',
    help: 'Temperature of the hottest GPU of the pods.',
    expr: ofOwnedGpus(BOARD, 'gpu_temperature_celsius'),
    across: 'max',
    device: BOARD,
    needs: 'a temperature field for each of the pod’s GPUs (virtual GPUs have none)',
  },
];
