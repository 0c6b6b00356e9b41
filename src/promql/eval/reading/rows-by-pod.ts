// From the pods asked about to their rows: a question about one pod of thousands costs one look-up.
import { intAt } from '../../../lib/columns.ts';
import type { PodRef } from '../../../model/pod.ts';
import { NO_TEXT, type RowList, type SampleSource } from '../../../model/sample-source.ts';
import { PairNumbers } from '../labels/pair-numbers.ts';

/** Every selector of every plan has one over all rows that match: columns of integers, some 40 bytes a pod and 4 a row. */
export class RowsByPod {
  readonly #source: SampleSource;
  /** Numbers of pods by the ids of their namespace and name. */
  readonly #numbers = new PairNumbers();
  /** Per pod where its rows begin in `#rows`, with the end of the last one. */
  readonly #starts: Int32Array;
  readonly #rows: Int32Array;

  /** By the labels `namespace` and `pod`; good for as long as the rows are the same ones. */
  constructor(rows: RowList, source: SampleSource) {
    this.#source = source;
    const namespaces = source.labelIds(rows, 'namespace');
    const names = source.labelIds(rows, 'pod');
    const pods = rows.map((_row, at) => this.#numbers.of(intAt(namespaces, at), intAt(names, at)));
    this.#starts = startsOf(pods, this.#numbers.count);
    this.#rows = new Int32Array(rows.length);
    const next = this.#starts.slice();
    for (let at = 0; at < rows.length; at += 1) {
      const pod = intAt(pods, at);
      const place = intAt(next, pod);
      this.#rows[place] = intAt(rows, at);
      next[pod] = place + 1;
    }
  }

  /** The rows of these pods, pod by pod. */
  rowsOf(pods: readonly PodRef[]): RowList {
    const numbers = pods.map((pod) => this.#numberOf(pod)).filter((number) => number >= 0);
    let size = 0;
    for (const number of numbers) size += intAt(this.#starts, number + 1) - intAt(this.#starts, number);
    const found = new Int32Array(size);
    let filled = 0;
    for (const number of numbers) {
      const rows = this.#rows.subarray(intAt(this.#starts, number), intAt(this.#starts, number + 1));
      found.set(rows, filled);
      filled += rows.length;
    }
    return found;
  }

  #numberOf({ namespace, name }: PodRef): number {
    const ids = [this.#source.textId(namespace), this.#source.textId(name)] as const;
    return ids.includes(NO_TEXT) ? -1 : this.#numbers.find(...ids);
  }
}

function startsOf(pods: Int32Array, count: number): Int32Array {
  const starts = new Int32Array(count + 1);
  for (const pod of pods) starts[pod + 1] = intAt(starts, pod + 1) + 1;
  for (let pod = 0; pod < count; pod += 1) starts[pod + 1] = intAt(starts, pod + 1) + intAt(starts, pod);
  return starts;
}
