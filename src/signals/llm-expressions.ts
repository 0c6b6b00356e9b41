// The shapes that templates about language models have: sums over the engines of a pod, and their histograms.

const POD = '<<.GroupBy>>';
/** An engine's own series, so that one that lacks a gauge is helped out alone. */
const ENGINE = `${POD}, instance, model, version, engine`;

/** The label of a histogram's buckets. */
export const BUCKET = ['le'];

/** Pods with an engine that stands still and whose gauges are withheld: a sum without it would pass for the pod's. */
const WITHHELD = `unless on (${POD}) (llm_iterations_total{<<.LabelMatchers>>} unless on (${POD}, instance, model, version) llm_requests_running{<<.LabelMatchers>>})`;

/** Σ over the engines of a gauge, each its mean over the live window. */
export function llmLive(gauge: string): string {
  return `sum by (${POD}) (${mean(gauge)}) ${WITHHELD}`;
}

function mean(gauge: string): string {
  return `avg_over_time(${gauge}{<<.LabelMatchers>>}[<<.LiveWindow>>])`;
}

function ofEngine(gauge: string): string {
  return `sum by (${ENGINE}) (${mean(gauge)})`;
}

/** Before Triton 25.04 TensorRT-LLM’s backend says how many it holds and how many of these it runs. */
const WAITING = `${ofEngine('llm_requests_waiting')} or clamp_min(${ofEngine('llm_requests_active')} - ${ofEngine('llm_requests_running')}, 0)`;

/** Requests that wait. */
export function llmWaiting(): string {
  return `sum by (${POD}) (${WAITING}) ${WITHHELD}`;
}

/** Requests that wait or run; an engine of which one is not known has no such number. */
export function llmInflight(): string {
  return `sum by (${POD}) (${ofEngine('llm_requests_running')} + (${WAITING})) ${WITHHELD}`;
}

/** Mean over the engines of a pod, each with a cache of its own. */
export function llmCacheUsage(): string {
  const used = `avg by (${ENGINE}) (${mean('llm_kv_cache_used_blocks')})`;
  const total = `(avg by (${ENGINE}) (${mean('llm_kv_cache_total_blocks')}) > 0)`;
  return `avg by (${POD}) (avg by (${ENGINE}) (${mean('llm_kv_cache_usage_ratio')}) or ${used} / ${total}) ${WITHHELD}`;
}

/** Σ over the engines of the rate of a counter, per second. */
export function llmRate(counter: string): string {
  return `sum by (${POD}) (rate(${counter}{<<.LabelMatchers>>}[<<.Window>>]))`;
}

/** The same for each bucket of a histogram. */
export function llmBuckets(buckets: string): string {
  return `sum by (${[POD, ...BUCKET].join(', ')}) (rate(${buckets}{<<.LabelMatchers>>}[<<.Window>>]))`;
}
