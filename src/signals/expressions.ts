// The few shapes that the catalogue's templates have: sums over leaf models, and values of the GPUs that pods own.

const POD = '<<.GroupBy>>';
/** Groups for a value of each model version in each pod. */
export const EACH_MODEL = '<<.GroupBy>>, model, version';
const EACH_SERVER = '<<.GroupBy>>, instance, model, version';

// An ensemble counts its children's requests again (DESIGN rule 7), so only leaf models enter, less those that the configuration
// excludes. `and` keeps both series sets of a GPU model (with and without `gpu_uuid`, Triton ≥ 23.09), which the sum then adds up.
const LEAF = 'kind="leaf",counts!="no"';
const IS_LEAF = `and on (instance, model, version) triton_model_info{${LEAF},<<.LabelMatchers>>}`;
/** A server that counts nothing says 0 where it counts: its counters do not enter. */
const IS_COUNTED = `and on (instance, model, version) triton_model_info{${LEAF},counters!="no",<<.LabelMatchers>>}`;
/** Pods with a leaf model of which nobody says how many instances it has: a sum without it would pass for the pod's. */
const UNKNOWN_INSTANCES = `unless on (${POD}) triton_model_info{${LEAF},instances="",<<.LabelMatchers>>}`;
/** Pods with a leaf model whose busy time its server does not tell. */
const NO_STATISTICS = `unless on (${POD}) triton_model_info{${LEAF},statistics="no",<<.LabelMatchers>>}`;

const PENDING = 'nv_inference_pending_request_count';
const LEAKED = 'triton_pending_leak_requests';
const COMPUTE = ['input', 'infer', 'output'].map((step) => `nv_inference_compute_${step}_duration_us`);
/** Triton counts durations in µs. */
const SECONDS = '/ 1e6';

/** Σ over leaf models of the rates of some counters of Triton, per second. */
export function leafRate(...counters: readonly string[]): string {
  return leafRateBy(POD, counters);
}

function leafRateBy(by: string, counters: readonly string[]): string {
  const rates = counters.map((counter) => rate(counter));
  const sum = rates.length === 1 ? rates.join('') : `(${rates.join(' + ')})`;
  return `sum by (${by}) (${sum} ${IS_COUNTED})`;
}

function rate(counter: string): string {
  return `rate(${counter}{<<.LabelMatchers>>}[<<.Window>>])`;
}

function leafLive(gauge: string, by: string): string {
  return `sum by (${by}) (avg_over_time(${gauge}{<<.LabelMatchers>>}[<<.LiveWindow>>]) ${IS_LEAF})`;
}

/** Requests that wait, mean over the live window. */
export function waiting(by = POD): string {
  return leafLive(PENDING, by);
}

/** The same without what a server of 23.10 has leaked into its gauge (the fact triton_pending_leak_requests). */
export function waitingCarefully(by = POD): string {
  return `clamp_min(${waiting(by)} - (${leafLive(LEAKED, by)} or 0 * ${waiting(by)}), 0)`;
}

/** Requests in execution by Little's law: the compute counters count requests, not executions (measured on Triton 2.51). */
export function executing(by = POD): string {
  return `${leafRateBy(by, COMPUTE)} ${SECONDS}`;
}

export function inflight(by = POD): string {
  return `${waiting(by)} + ${executing(by)}`;
}

/** For servers with the leak, and for those before 23.09 that have no gauge: there Little's law on the whole time of requests. */
export function inflightCarefully(by = POD): string {
  return `${waitingCarefully(by)} + ${executing(by)} or ${leafRateBy(by, ['nv_inference_request_duration_us'])} ${SECONDS}`;
}

/**
 * Requests that leaf models can execute at once: instances × max(1, largest batch in rows × requests per row seen). A request has
 * one row at least, so more is the doing of a cache, whose hits are no inferences; nothing seen counts as one row each.
 */
export function capacity(by = POD): string {
  const requests = `sum by (${EACH_SERVER}) (${rate('nv_inference_request_success')})`;
  const rows = `(sum by (${EACH_SERVER}) (${rate('nv_inference_count')}) > 0)`;
  const largest = 'triton_model_max_batch_size{<<.LabelMatchers>>}';
  const on = `on (${EACH_SERVER})`;
  const batch = `clamp_min(${largest} * ${on} clamp_max(${requests} / ${rows}, 1) or ${on} ${largest}, 1)`;
  return `sum by (${by}) (triton_model_instances{<<.LabelMatchers>>} * ${on} ${batch} ${IS_LEAF}) ${UNKNOWN_INSTANCES}`;
}

const BUSY = 'triton_instance_busy_seconds_total';
/** A server that stopped telling it has a rate for as long as old readings are in the window, and it sinks. */
const BUSY_RATE = `(${rate(BUSY)} and ${BUSY}{<<.LabelMatchers>>})`;

/** Instances that execute, mean over the window; a batch is one execution. */
export function busyInstances(): string {
  return `sum by (${POD}) (${BUSY_RATE} ${IS_LEAF})`;
}

/** Of the models whose busy time is a rate: one that was just loaded has no two readings yet. */
export function instances(): string {
  const isRead = `and on (instance, model, version) ${BUSY_RATE}`;
  return `sum by (${POD}) (triton_model_instances{<<.LabelMatchers>>} ${IS_LEAF} ${isRead}) ${UNKNOWN_INSTANCES} ${NO_STATISTICS}`;
}

/**
 * One value per pod and device for every device that the pod owns. The owners are the many side, so a GPU shared by several
 * pods gives its value to each. `max by` leaves one value per device where several exporters or time slices repeat it.
 */
export function ofOwnedGpus(device: readonly string[], values: string): string {
  const identity = device.join(', ');
  return `max by (<<.GroupBy>>, ${identity}) (gpu_owner{<<.LabelMatchers>>} * on (${identity}) group_left () max by (${identity}) (${values}))`;
}

/**
 * Per second between the last two samples of a counter that has times of its own. They come at uneven distances, which `rate` would
 * take for a counter that stands still: at the ends of its window it continues a counter for half a distance only. The `and` leaves out
 * what is not said any more.
 */
export function lastRate(counter: string, matchers = ''): string {
  const selector = matchers === '' ? counter : `${counter}{${matchers}}`;
  return `irate(${selector}[<<.LiveWindow>>]) and ${selector}`;
}

/** One value per pod and node, for the node that a pod's kubelet says it runs on. */
export function ofTheirNodes(values: string): string {
  const pods = 'max by (<<.GroupBy>>, node) (0 * pod_cpu_used_seconds_total{<<.LabelMatchers>>})';
  return `${pods} + on (node) group_left () max by (node) (${values})`;
}
