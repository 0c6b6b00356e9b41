// The signals that Plimsoll serves, as data.
import type { SignalInfo } from '../model/signal.ts';
import {
  busyInstances,
  capacity,
  EACH_MODEL,
  executing,
  inflight,
  inflightCarefully,
  instances,
  lastRate,
  leafRate,
  ofOwnedGpus,
  ofTheirNodes,
  waiting,
  waitingCarefully,
} from './expressions.ts';
import { BUCKET, llmBuckets, llmCacheUsage, llmInflight, llmLive, llmRate, llmWaiting } from './llm-expressions.ts';

export interface SignalRow extends SignalInfo {
  /**
   * Whose targets it is read from. Triton speaks of its own pod, the kubelet of the pods of its node; DCGM exporter of the pods that own its GPUs.
   * `llm`: servers of language models, and Tritons that hold an engine for them; `inference`: these and all Tritons.
   */
  readonly source: 'triton' | 'dcgm' | 'kubelet' | 'llm' | 'inference';
  /** Template with one result per pod, or per pod and device. */
  readonly expr: string;
  /** Template instead of `expr` where a target concerned has a warning of QUIRKS: it costs more and is right for every server. */
  readonly careful?: string;
  /** Template of the denominator, for `ratio` and `hottest`; of what waits, for `skew`. */
  readonly per?: string;
  /**
   * How values become one, over the devices of a pod as over pods. `ratio` is Σ `expr` ÷ Σ `per`, never a mean of ratios;
   * `hottest` is that for each device over all pods, then the largest. `p95` is the percentile of a histogram whose buckets (`le`) are the devices,
   * each the sum over the pods; `skew` is the largest pod ÷ the mean, with `per` for what waits in the pod.
   */
  readonly across: 'sum' | 'mean' | 'max' | 'ratio' | 'hottest' | 'p95' | 'skew';
  /** Labels that say which device (a GPU, a model for `hottest`, a bucket for `p95`) a value is about: a GPU enters a reduction once. Empty: the value is the pod's. */
  readonly device: readonly string[];
  /**
   * Longest range read: `rate` is `<<.Window>>`, which a server older than Plimsoll must fill first; `statistics` is the same, over what its API
   * tells of its instances, which is read less often; `live` is `<<.LiveWindow>>`;
   * `pair` is the time between the last two samples, which are looked for in `<<.LiveWindow>>`.
   */
  readonly window: 'rate' | 'statistics' | 'live' | 'pair' | 'none';
  /** What a target must say for the signal to exist. */
  readonly needs: string;
  /** Codes of warnings about a target that say why it has no such value, the first of them best. */
  readonly gaps: readonly string[];
}

/** Codes of warnings about servers whose pending gauge is missing or wrong. */
export const QUIRKS: ReadonlySet<string> = new Set(['no-pending-gauge', 'pending-leak']);

/** Said of a Triton that holds an engine for language models. */
export const LLM_ENGINE = 'llm-engine';

const MODEL_LABELS = ['model', 'version'];
/** Triton counts durations in µs. */
const SECONDS = '/ 1e6';

const COUNTERS = 'the nv_inference counters of a leaf model, in two scrapes at least (Triton hides them with counter_latencies=false)';
const PENDING = 'nv_inference_pending_request_count of a leaf model (Triton has it since 23.09)';
const GAPS = ['not-ready', 'counters-disabled', 'models-not-counted'];
const TRITON = { source: 'triton', labels: MODEL_LABELS, device: [], needs: COUNTERS, gaps: GAPS } as const;
const PENDING_GAPS = ['not-ready', 'no-pending-gauge', 'models-not-counted'];
/** What :8000 says; a server that is not asked has a configuration. */
const INSTANCES = 'the instances of every leaf model, from :8000/v2 or models.<name>.instances';
const INSTANCES_GAPS = ['not-ready', 'instances-unknown', 'model-kinds-unknown', 'models-not-counted'];

/** A GPU is its UUID, a slice of it its instance id too; what is measured for the whole board counts once per UUID (DESIGN rule 9). */
const SLICE = ['uuid', 'mig_id'];
const BOARD = ['uuid'];
const PROFILING =
  'a profiling field of DCGM for each of the pod’s GPUs (it takes SYS_ADMIN, often a line in the counter file; virtual GPUs have none, and a profiler in use pauses it)';
const GPU = { source: 'dcgm', labels: SLICE, window: 'none', gaps: [] } as const;

const NODE_KUBELET = 'by the kubelet of its node (source kubelet, path /metrics/resource)';
const KUBELET = { source: 'kubelet', labels: [], gaps: ['old-samples'] } as const;

const LLM = { source: 'llm', labels: MODEL_LABELS, device: [], gaps: ['llm-frozen', 'llm-names-unknown', 'llm-no-queue'] } as const;
const LLM_GAUGES = 'gauges of an engine (vLLM, SGLang, NIM, or TensorRT-LLM behind Triton)';
const LLM_HISTOGRAMS = 'that histogram of an engine (vLLM, its backend in Triton, SGLang or NIM) in two scrapes at least';
const LLM_TOKENS = 'the token counters of an engine in two scrapes at least';

export const CATALOGUE: readonly SignalRow[] = [
  {
    ...TRITON,
    name: 'triton_inflight_requests',
    unit: 'requests',
    help: 'Requests waiting in or executing on Triton: the pending gauge of the last scrapes plus requests in execution by Little’s law; leaf models only.',
    // Within 1–4 % of the true concurrency when the window spans 7–15 mean latencies (measured on Triton 2.51).
    expr: inflight(),
    careful: inflightCarefully(),
    across: 'sum',
    window: 'rate',
    needs: `${PENDING} and ${COUNTERS}`,
  },
  {
    ...TRITON,
    name: 'triton_pending_requests',
    unit: 'requests',
    help: 'Requests waiting for execution as Triton’s pending gauge said in the last scrapes; shows a step at once; leaf models only.',
    expr: waiting(),
    careful: waitingCarefully(),
    across: 'sum',
    window: 'live',
    needs: PENDING,
    gaps: PENDING_GAPS,
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
    expr: executing(),
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
    ...TRITON,
    name: 'triton_batch_size',
    unit: 'inferences',
    help: 'Mean size of the batches that were executed: Σ inferences ÷ Σ executions; leaf models only.',
    expr: leafRate('nv_inference_count'),
    per: leafRate('nv_inference_exec_count'),
    across: 'ratio',
    window: 'rate',
  },
  {
    ...TRITON,
    name: 'triton_capacity_requests',
    unit: 'requests',
    help: 'Requests that can execute at once: Σ instances × batch, the batch in requests as they come and only where the model batches; leaf models only.',
    expr: capacity(),
    across: 'sum',
    window: 'rate',
    needs: INSTANCES,
    gaps: INSTANCES_GAPS,
  },
  {
    ...TRITON,
    name: 'triton_saturation_ratio',
    unit: 'ratio',
    help: 'In-flight requests ÷ capacity of the fullest model, each model’s Σ over the pods; above 1 requests wait for an instance.',
    expr: inflight(EACH_MODEL),
    careful: inflightCarefully(EACH_MODEL),
    per: capacity(EACH_MODEL),
    across: 'hottest',
    device: MODEL_LABELS,
    window: 'rate',
    needs: `${PENDING}, ${COUNTERS}, and ${INSTANCES}`,
    gaps: ['not-ready', 'counters-disabled', ...INSTANCES_GAPS],
  },
  {
    ...TRITON,
    name: 'triton_busy_instances_ratio',
    unit: 'ratio',
    help: 'Share of the leaf models’ instances that execute: Σ busy ÷ Σ instances by Triton’s statistics; near 1 long before batches are full.',
    expr: busyInstances(),
    per: instances(),
    across: 'ratio',
    window: 'statistics',
    needs: `${INSTANCES}, and two readings of :8000/v2/models/stats`,
    gaps: [...INSTANCES_GAPS, 'api-silent'],
  },
  {
    ...GPU,
    name: 'gpu_utilization_ratio',
    unit: 'ratio',
    help: 'Share of time in which a kernel ran, mean over the GPUs of the pods; each GPU counts once however many pods share it. 1 is not saturation, and at part load it jumps: a reading is a sample of a fraction of a second.',
    expr: ofOwnedGpus(SLICE, 'gpu_utilization_ratio'),
    across: 'mean',
    device: SLICE,
    needs: 'a utilisation field for each of the pod’s GPUs (DCGM has none for MIG slices: follow gpu_engine_active_ratio there)',
  },
  {
    ...GPU,
    name: 'gpu_engine_active_ratio',
    unit: 'ratio',
    help: 'Share of time in which the compute or graphics engine was active, mean over the GPUs of the pods; of the slice, where a pod has a MIG slice.',
    expr: ofOwnedGpus(SLICE, 'gpu_engine_active_ratio'),
    across: 'mean',
    device: SLICE,
    needs: PROFILING,
  },
  {
    ...GPU,
    name: 'gpu_sm_active_ratio',
    unit: 'ratio',
    help: 'Share of time in which a multiprocessor had work, mean over multiprocessors and over the GPUs of the pods.',
    expr: ofOwnedGpus(SLICE, 'gpu_sm_active_ratio'),
    across: 'mean',
    device: SLICE,
    needs: PROFILING,
  },
  {
    ...GPU,
    name: 'gpu_tensor_active_ratio',
    unit: 'ratio',
    help: 'Share of cycles in which the tensor cores worked, mean over the GPUs of the pods.',
    expr: ofOwnedGpus(SLICE, 'gpu_tensor_active_ratio'),
    across: 'mean',
    device: SLICE,
    needs: PROFILING,
  },
  {
    ...GPU,
    name: 'gpu_memory_used_bytes',
    unit: 'bytes',
    help: 'GPU memory in use, Σ over the GPUs of the pods. Flat where a server allocates all it may use at its start.',
    expr: ofOwnedGpus(SLICE, 'gpu_memory_used_bytes'),
    across: 'sum',
    device: SLICE,
    needs: 'used memory for each of the pod’s GPUs',
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
  {
    ...KUBELET,
    name: 'pod_cpu_cores',
    unit: 'cores',
    help: 'Processor cores in use, Σ over the pods, between the last two samples that their kubelets took.',
    expr: `max by (<<.GroupBy>>) (${lastRate('pod_cpu_used_seconds_total', '<<.LabelMatchers>>')})`,
    across: 'sum',
    device: [],
    window: 'pair',
    needs: `two samples of the pod’s processor time, said ${NODE_KUBELET}`,
  },
  {
    ...KUBELET,
    name: 'pod_memory_working_set_bytes',
    unit: 'bytes',
    help: 'Working set of the pods: memory in use less what the kernel could drop at once, Σ over the pods.',
    expr: 'max by (<<.GroupBy>>) (pod_memory_used_bytes{<<.LabelMatchers>>})',
    across: 'sum',
    device: [],
    window: 'none',
    needs: `the pod’s working set, said ${NODE_KUBELET}`,
  },
  {
    ...KUBELET,
    name: 'node_cpu_utilization_ratio',
    unit: 'ratio',
    help: 'Processor use of the nodes that the pods run on, by whomever: Σ cores in use ÷ Σ allocatable cores; each node counts once.',
    expr: ofTheirNodes(lastRate('node_cpu_used_seconds_total')),
    per: ofTheirNodes('node_cpu_cores'),
    across: 'ratio',
    device: ['node'],
    window: 'pair',
    needs: `two samples of its node’s processor time and one of the pod’s, said ${NODE_KUBELET}, and the cores of the Node that a cluster tells`,
    gaps: ['cores-unknown', 'old-samples'],
  },
  {
    ...LLM,
    name: 'llm_inflight_requests',
    unit: 'requests',
    help: 'Requests waiting for or running on an engine for language models, mean over the last scrapes.',
    expr: llmInflight(),
    across: 'sum',
    window: 'live',
    needs: LLM_GAUGES,
  },
  {
    ...LLM,
    name: 'llm_waiting_requests',
    unit: 'requests',
    help: 'Requests waiting for an engine for language models, mean over the last scrapes; 0 until it is full, so follow it only together with another signal.',
    expr: llmWaiting(),
    across: 'sum',
    window: 'live',
    needs: LLM_GAUGES,
  },
  {
    ...LLM,
    name: 'llm_running_requests',
    unit: 'requests',
    help: 'Requests running on an engine for language models, mean over the last scrapes.',
    expr: llmLive('llm_requests_running'),
    across: 'sum',
    window: 'live',
    needs: LLM_GAUGES,
  },
  {
    ...LLM,
    name: 'llm_kv_cache_usage_ratio',
    unit: 'ratio',
    help: 'Share of the cache of keys and values in use: mean over the engines of a pod, then over the pods. At 1 requests wait, or are computed again.',
    expr: llmCacheUsage(),
    across: 'mean',
    window: 'live',
    needs: LLM_GAUGES,
  },
  {
    ...LLM,
    name: 'llm_prompt_tokens_per_second',
    unit: 'tokens/s',
    help: 'Tokens of prompts taken in per second.',
    expr: llmRate('llm_prompt_tokens_total'),
    across: 'sum',
    window: 'rate',
    needs: LLM_TOKENS,
  },
  {
    ...LLM,
    name: 'llm_generation_tokens_per_second',
    unit: 'tokens/s',
    help: 'Tokens generated per second.',
    expr: llmRate('llm_generation_tokens_total'),
    across: 'sum',
    window: 'rate',
    needs: LLM_TOKENS,
  },
  {
    ...LLM,
    name: 'llm_time_to_first_token_seconds',
    unit: 'seconds',
    help: 'Mean time to the first token: Σ time ÷ Σ requests.',
    expr: llmRate('llm_time_to_first_token_seconds_sum'),
    per: llmRate('llm_time_to_first_token_seconds_count'),
    across: 'ratio',
    window: 'rate',
    needs: LLM_HISTOGRAMS,
  },
  {
    ...LLM,
    name: 'llm_time_to_first_token_p95_seconds',
    unit: 'seconds',
    help: 'The 95th percentile of the time to the first token, over the requests of all the pods, as exact as the buckets.',
    expr: llmBuckets('llm_time_to_first_token_seconds_bucket'),
    across: 'p95',
    device: BUCKET,
    window: 'rate',
    needs: LLM_HISTOGRAMS,
  },
  {
    ...LLM,
    name: 'llm_inter_token_latency_seconds',
    unit: 'seconds',
    help: 'Mean time between two tokens of an answer: Σ time ÷ Σ tokens.',
    expr: llmRate('llm_inter_token_latency_seconds_sum'),
    per: llmRate('llm_inter_token_latency_seconds_count'),
    across: 'ratio',
    window: 'rate',
    needs: LLM_HISTOGRAMS,
  },
  {
    ...LLM,
    name: 'llm_inter_token_latency_p95_seconds',
    unit: 'seconds',
    help: 'The 95th percentile of the time between two tokens of an answer, over all the pods, as exact as the buckets.',
    expr: llmBuckets('llm_inter_token_latency_seconds_bucket'),
    across: 'p95',
    device: BUCKET,
    window: 'rate',
    needs: LLM_HISTOGRAMS,
  },
  {
    source: 'inference',
    labels: MODEL_LABELS,
    name: 'inference_load_skew_ratio',
    unit: 'ratio',
    help: 'How uneven requests in flight are spread: the ready pod with most ÷ the mean of the ready pods; 1 is even, the number of pods is all on one. Absent for one pod, and while there is less than one request for two pods.',
    expr: `(${llmInflight()}) or ${inflight()}`,
    careful: `(${llmInflight()}) or ${inflightCarefully()}`,
    per: `(${llmWaiting()}) or ${waitingCarefully()} or ${leafRate('nv_inference_queue_duration_us')} ${SECONDS}`,
    across: 'skew',
    device: [],
    window: 'rate',
    needs: 'requests in flight and waiting, of Triton or of an engine for language models',
    gaps: [...GAPS, ...LLM.gaps],
    ofWorkloads: true,
  },
];
