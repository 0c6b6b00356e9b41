// The few shapes that the catalogue's templates have: sums over leaf models, and values of the GPUs that pods own.

// An ensemble counts its children's requests again (DESIGN rule 7), so only leaf models enter. `and` keeps both series
// sets of a GPU model (with and without `gpu_uuid`, Triton ≥ 23.09), which the sum then adds up.
const IS_LEAF = 'and on (instance, model, version) triton_model_info{kind="leaf",<<.LabelMatchers>>}';

/** Σ over leaf models of the rates of some counters of Triton, per second. */
export function leafRate(...counters: readonly string[]): string {
  const rates = counters.map((counter) => `rate(${counter}{<<.LabelMatchers>>}[<<.Window>>])`);
  const sum = rates.length === 1 ? rates.join('') : `(${rates.join(' + ')})`;
  return `sum by (<<.GroupBy>>) (${sum} ${IS_LEAF})`;
}

/** Σ over leaf models of a gauge's mean over the live window. */
export function leafLive(gauge: string): string {
  return `sum by (<<.GroupBy>>) (avg_over_time(${gauge}{<<.LabelMatchers>>}[<<.LiveWindow>>]) ${IS_LEAF})`;
}

/**
 * One value per pod and device for every device that the pod owns. The owners are the many side, so a GPU shared by several
 * pods gives its value to each. `max by` leaves one value per device where several exporters or time slices repeat it.
 */
export function ofOwnedGpus(device: readonly string[], values: string): string {
  const identity = device.join(', ');
  return `max by (<<.GroupBy>>, ${identity}) (gpu_owner{<<.LabelMatchers>>} * on (${identity}) group_left () max by (${identity}) (${values}))`;
}
