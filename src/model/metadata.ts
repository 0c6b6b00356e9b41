// What targets say of their families, and what is known of those that Plimsoll makes of them.
import type { MetricType } from './line.ts';

export interface FamilyMetadata {
  readonly name: string;
  readonly type: MetricType;
  /** Empty where nobody says it. */
  readonly help: string;
  /** Empty where nobody says it: the text format has none. */
  readonly unit: string;
}

export interface MetadataSource {
  /** Of the target's last text, sorted by nothing; none for one that was never read. Takes some 100 µs. */
  families(targetId: string): readonly FamilyMetadata[];
}
