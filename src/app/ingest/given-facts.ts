// The facts that discovery tells of a target, written beside its numbers.
import { type Fact, NODE_CPU_CORES, type Warning } from '../../model/fact.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { RowId } from '../../model/sample-source.ts';
import type { Target } from '../../model/target.ts';
import type { TargetWriter } from '../../store/target-writer.ts';

const NONE: readonly Fact[] = [];

export class GivenFacts {
  readonly #writer: TargetWriter;
  /** Those that the rows are for; undefined when rows may have been freed. */
  #facts: readonly Fact[] | undefined;
  #rows: { readonly row: RowId; readonly value: number }[] = [];
  #warnings: readonly Warning[] = [];

  constructor(writer: TargetWriter) {
    this.#writer = writer;
  }

  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  /** What is known of the target now; false when the store is full. */
  renew({ facts = NONE, source }: Target): boolean {
    if (facts === this.#facts) return true;
    this.#facts = undefined;
    this.#rows = [];
    for (const { labels, value } of facts) {
      const row = this.#writer.row(labels, { ownTime: false, clash: 'override' });
      if (row === undefined) return false;
      this.#rows.push({ row, value });
    }
    this.#facts = facts;
    const knowsCores = facts.some(({ labels }) => labels.get(METRIC_NAME) === NODE_CPU_CORES);
    this.#warnings = source === 'kubelet' && !knowsCores ? [CORES_UNKNOWN] : [];
    return true;
  }

  /** Writes into the open slot. */
  write(): void {
    for (const { row, value } of this.#rows) this.#writer.put(row, value);
  }

  /** Rows may have been freed. */
  forget(): void {
    this.#facts = undefined;
  }
}

const CORES_UNKNOWN: Warning = {
  code: 'cores-unknown',
  message:
    'how many cores the node has is not known: a cluster says it of the kubelets that kubernetes_sd_configs finds, and nobody of those in static_configs',
};
