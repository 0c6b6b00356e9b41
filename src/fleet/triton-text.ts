// What Triton 24.10 with a GPU says on :8002/metrics, from a state.
//
// Families, help texts and the form of numbers are those of fixtures/triton/real-2.51.0-cpu.txt. What a machine without a GPU does
// not say is in the form of real-2.51.0-h100-loaded-later.txt: every model has a row without `gpu_uuid`, a model with GPU instances
// that was loaded after the server's start a second one with it. The second carries the counts, the first what waits; each is zero
// where the other counts. All GPU models of the fleet are such ones, for they are the harder to read.
import type { ModelCounters, ModelState, TritonState } from './state.ts';
import { type Family, familiesText, type Row } from './text.ts';

interface Counter {
  readonly field: keyof ModelCounters;
  readonly name: string;
  readonly help: string;
}

const SUCCESS: Counter = {
  field: 'success',
  name: 'nv_inference_request_success',
  help: 'Number of successful inference requests, all batch sizes',
};

const OTHER_COUNTERS = [
  ['inferences', 'nv_inference_count', 'Number of inferences performed (does not include cached requests)'],
  ['executions', 'nv_inference_exec_count', 'Number of model executions performed (does not include cached requests)'],
  ['requestUs', 'nv_inference_request_duration_us', 'Cumulative inference request duration in microseconds (includes cached requests)'],
  ['queueUs', 'nv_inference_queue_duration_us', 'Cumulative inference queuing duration in microseconds (includes cached requests)'],
  ['inputUs', 'nv_inference_compute_input_duration_us', computeHelp('compute input')],
  ['inferUs', 'nv_inference_compute_infer_duration_us', computeHelp('compute inference')],
  ['outputUs', 'nv_inference_compute_output_duration_us', computeHelp('inference compute output')],
] as const satisfies readonly (readonly [keyof ModelCounters, string, string])[];

const FAILURE = ['nv_inference_request_failure', 'Number of failed inference requests, all batch sizes'] as const;
const FAILURE_REASONS = ['OTHER', 'BACKEND', 'CANCELED', 'REJECTED'];
/** Default of `--pinned-memory-pool-byte-size`. */
const PINNED_POOL_BYTES = 268_435_456;
const MIB = 1024 * 1024;
/** A host of 64 GiB of which the server's process takes a tenth: the fleet does not model hosts. */
const HOST_BYTES = 64 * 1024 * MIB;
const HOST_USED_BYTES = Math.floor(HOST_BYTES / 10);

export function tritonText(state: TritonState): string {
  const otherCounters = OTHER_COUNTERS.map(([field, name, help]) => counterFamily(state, { field, name, help }));
  const counters = [counterFamily(state, SUCCESS), failureFamily(state), ...otherCounters, energyFamily(state)];
  return familiesText([...counters, pendingFamily(state), ...pinnedFamilies(), ...gpuFamilies(state), ...cpuFamilies(state)]);
}

function computeHelp(what: string): string {
  return `Cumulative ${what} duration in microseconds (does not include cached requests)`;
}

interface ModelRow {
  readonly model: ModelState;
  readonly gpuUuid: string | undefined;
  readonly carriesCounts: boolean;
}

function modelRows(state: TritonState): readonly ModelRow[] {
  return state.models.flatMap((model) => {
    const first = { model, gpuUuid: undefined, carriesCounts: !model.onGpu };
    return model.onGpu ? [first, { model, gpuUuid: state.gpuUuid, carriesCounts: true }] : [first];
  });
}

/** Labels in alphabetical order, as the server's map keeps them. */
function labelsOf(row: ModelRow, reason?: string): Row['labels'] {
  const gpu = row.gpuUuid === undefined ? [] : [['gpu_uuid', row.gpuUuid] as const];
  const why = reason === undefined ? [] : [['reason', reason] as const];
  return [...gpu, ['model', row.model.name], ...why, ['version', '1']];
}

function counterFamily(state: TritonState, counter: Counter): Family {
  const { field, name, help } = counter;
  const rows = modelRows(state).map((row) => ({
    labels: labelsOf(row),
    value: tritonNumber(row.carriesCounts ? row.model.counters[field] : 0),
  }));
  return { name, help, type: 'counter', rows };
}

function failureFamily(state: TritonState): Family {
  const rows = modelRows(state).flatMap((row) => FAILURE_REASONS.map((reason) => ({ labels: labelsOf(row, reason), value: '0' })));
  return { name: FAILURE[0], help: FAILURE[1], type: 'counter', rows };
}

function pendingFamily(state: TritonState): Family {
  const rows = modelRows(state).map((row) => ({
    labels: labelsOf(row),
    value: tritonNumber(row.gpuUuid === undefined ? row.model.pending : 0),
  }));
  const help = 'Instantaneous number of pending requests awaiting execution per-model.';
  return { name: 'nv_inference_pending_request_count', help, type: 'gauge', rows };
}

function pinnedFamilies(): readonly Family[] {
  return [
    single('nv_pinned_memory_pool_total_bytes', 'Pinned memory pool total memory size, in bytes', PINNED_POOL_BYTES),
    single('nv_pinned_memory_pool_used_bytes', 'Pinned memory pool used memory size, in bytes', 0),
  ];
}

function energyFamily(state: TritonState): Family {
  const help = 'GPU energy consumption in joules since the Triton Server started';
  const joules = thousandths(state.gpu.energyJoules - state.energyBeforeJoules);
  return { name: 'nv_energy_consumption', help, type: 'counter', rows: [{ labels: [['gpu_uuid', state.gpuUuid]], value: joules }] };
}

function gpuFamilies(state: TritonState): readonly Family[] {
  const family = (name: string, help: string, value: string): Family => {
    return { name, help, type: 'gauge', rows: [{ labels: [['gpu_uuid', state.gpuUuid]], value }] };
  };
  const { gpu } = state;
  // The server reads DCGM's whole percents and MiB.
  return [
    family('nv_gpu_utilization', 'GPU utilization rate [0.0 - 1.0)', tritonNumber(Math.round(gpu.utilization * 100) / 100)),
    family('nv_gpu_memory_total_bytes', 'GPU total memory, in bytes', tritonNumber(state.gpuMemoryMib * MIB)),
    family('nv_gpu_memory_used_bytes', 'GPU used memory, in bytes', tritonNumber(Math.floor(gpu.usedMib) * MIB)),
    family('nv_gpu_power_usage', 'GPU power usage in watts', thousandths(gpu.watts)),
    family('nv_gpu_power_limit', 'GPU power management limit in watts', tritonNumber(state.gpuLimitWatts)),
  ];
}

function cpuFamilies(state: TritonState): readonly Family[] {
  return [
    single('nv_cpu_utilization', 'CPU utilization rate [0.0 - 1.0]', 0.05 + state.gpu.utilization / 3),
    single('nv_cpu_memory_total_bytes', 'CPU total memory (RAM), in bytes', HOST_BYTES),
    single('nv_cpu_memory_used_bytes', 'CPU used memory (RAM), in bytes', HOST_USED_BYTES),
  ];
}

function single(name: string, help: string, value: number): Family {
  return { name, help, type: 'gauge', rows: [{ labels: [], value: tritonNumber(value) }] };
}

function thousandths(value: number): string {
  return tritonNumber(Math.round(value * 1000) / 1000);
}

/** At most 16 significant digits and no trailing zeros, as the C++ stream of prometheus-cpp (precision max_digits10 − 1) prints them. */
function tritonNumber(value: number): string {
  return String(Number(value.toPrecision(16)));
}
