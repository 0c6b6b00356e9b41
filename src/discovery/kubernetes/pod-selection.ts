// Pods by their labels, without a look at every one of them for each selector.
import { type LabelRequirement, type LabelSelector, selects } from '../../model/label-selector.ts';
import type { Pod } from '../../model/pod.ts';

/** Askers choose the labels: past this many every pod is looked at. */
const MOST_LABELS = 64;

type ByValue = ReadonlyMap<string, readonly Pod[]>;

export class PodSelection {
  readonly #pods: readonly Pod[];
  /** By label. */
  readonly #indices = new Map<string, ByValue>();

  constructor(pods: readonly Pod[]) {
    this.#pods = pods;
  }

  /** In the order in which they were given. */
  select(selector: LabelSelector): readonly Pod[] {
    if (selector.length === 0) return this.#pods;
    const equality = selector.find(({ operator, values }) => operator === 'In' && values.length === 1);
    return this.#candidates(equality).filter((pod) => selects(selector, pod.labels));
  }

  #candidates(equality: LabelRequirement | undefined): readonly Pod[] {
    const [value] = equality?.values ?? [];
    const index = equality && this.#indexOf(equality.key);
    if (index === undefined || value === undefined) return this.#pods;
    return index.get(value) ?? [];
  }

  #indexOf(label: string): ByValue | undefined {
    const known = this.#indices.get(label);
    if (known !== undefined || this.#indices.size >= MOST_LABELS) return known;
    const labelled = this.#pods.filter(({ labels }) => labels.has(label));
    const index = Map.groupBy(labelled, ({ labels }) => labels.get(label) ?? '');
    this.#indices.set(label, index);
    return index;
  }
}
