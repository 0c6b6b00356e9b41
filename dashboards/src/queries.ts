// Parts that queries of several dashboards have: whose series, and what two replicas of Plimsoll say of one pod.

/** Of random parts of names: they have no vowels (k8s.io/apimachinery, util/rand). */
const RANDOM = '[b-df-hj-np-tv-xz24-9]';
/** What follows a workload's name in those of its pods: an ordinal, a random part, or the hash of a template and a random part. */
const POD_SUFFIX = `-[0-9]+|(?:-${RANDOM}+)?-${RANDOM.repeat(5)}`;

/** Names of pods to names of workloads, as Grafana takes it. */
export const WORKLOAD_OF_POD = `/^(.+?)(?:${POD_SUFFIX})?$/`;

/** Stands hidden at the top, so that queries stay short. */
export const SUFFIX = { name: 'suffix', value: `(?:${POD_SUFFIX})?` } as const;

/** The pods that are chosen at the top. */
export const PODS = 'namespace=~"$namespace",pod=~"$workload$suffix"';
/** Of the series that Tritons say of these pods, those of the chosen models. */
export const MODELS = `${PODS},model=~"$model"`;
/** A signal, once for each pod: each replica of Plimsoll says it, and a sum over both would be twice as much. */
export function perPod(signal: string): string {
  return `max by (namespace, pod) (plimsoll_${signal}{${PODS}})`;
}

/** Windows of a minute at least, and of four scrapes. */
export function rate(selector: string): string {
  return `rate(${selector}[$__rate_interval])`;
}

/** Failures of all that finished, by model; the failures, of which there are many series, are read once. */
export function faultShare(failures: string, successes: string): string {
  const sum = (counter: string): string => `sum by (model) (${rate(`${counter}{${MODELS}}`)})`;
  return `1 / (1 + ${sum(successes)} / ${sum(failures)})`;
}

/** A metric of Plimsoll's own process. */
export const ITSELF = 'instance=~"$instance"';

/** Σ of the rate of a counter of faults; where none was ever counted 0, as long as Plimsoll is read at all. */
export function faults(selector: string): string {
  return `sum(${rate(selector)}) or 0 * count(plimsoll_store_series{${ITSELF}})`;
}
