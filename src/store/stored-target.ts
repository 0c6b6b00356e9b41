// A target as the store keeps it.
import type { Labels } from '../model/labels.ts';
import type { TextId } from '../model/sample-source.ts';
import type { RingId } from './rings.ts';

export interface StoredTarget {
  readonly id: string;
  readonly labels: Labels;
  /** The same by the ids of texts, which it holds. */
  readonly labelIds: ReadonlyMap<TextId, TextId>;
  /** Its place among the targets of the store. */
  readonly number: number;
  /** Times of its scrapes, and samples of all its rows without time stamps of their own. */
  readonly ring: RingId;
  /** From then on every row is stale; Infinity while the target is there. */
  closedMs: number;
  rowCount: number;
}
