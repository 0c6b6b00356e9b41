// The samples behind a signal, and the lines of expositions behind the samples: what an explanation shows and no evaluation needs.
import type { Scale } from '../lib/scale.ts';
import type { Labels } from './labels.ts';
import type { Line } from './line.ts';
import type { Matcher } from './matcher.ts';
import type { QueryScope } from './query-engine.ts';
import type { TimeRange } from './sample-source.ts';

export interface TimedValue {
  readonly value: number;
  readonly timeMs: number;
}

/** Samples of one series in a range. */
export interface SampleRun {
  readonly samples: number;
  readonly first: TimedValue;
  readonly last: TimedValue;
  /** As a counter grows, resets made up for. */
  readonly growth: number;
}

/** Where the samples of a series come from. */
export type SeriesOrigin =
  | {
      readonly kind: 'line';
      /** As the target says it, before relabelling. */
      readonly line: Line;
      /** What it said last; undefined when that is not kept. */
      readonly value: number | undefined;
      /** From the line's unit to the series'; undefined for the line's own series. */
      readonly scale: Scale | undefined;
      /** Values that are not written: `blank` stands for "not known", `converted` depends on what the target said before. */
      readonly guards: readonly ('blank' | 'converted')[];
    }
  /** Plimsoll's own series; `evidence` says what it follows from. */
  | { readonly kind: 'fact'; readonly evidence: string }
  | { readonly kind: 'unknown' };

export interface SeriesEvidence {
  readonly labels: Labels;
  readonly targetId: string;
  /** Undefined when the series is stale now. */
  readonly newest: TimedValue | undefined;
  /** Undefined without a range, or without a sample in it. */
  readonly run: SampleRun | undefined;
  readonly origin: SeriesOrigin;
}

export interface EvidenceRequest {
  /** A condition on the pod set stands for the scope's. */
  readonly matchers: readonly Matcher[];
  readonly scope: QueryScope;
  /** What a range selector reads; undefined for the newest sample alone. */
  readonly range: TimeRange | undefined;
  readonly atMs: number;
  /** Of series that are not of the pods: only those with one of these values (`keyOf`) in these labels. */
  readonly only?: { readonly labels: readonly string[]; readonly keys: ReadonlySet<string> };
  /** Most series that are read; the others are counted. */
  readonly most: number;
}

export interface EvidenceSource {
  /** Rejects only with a QueryError. */
  series(request: EvidenceRequest): Promise<{ readonly series: readonly SeriesEvidence[]; readonly more: number }>;
  /** Families that the target said last; empty for one that was never read. */
  families(targetId: string): ReadonlySet<string>;
  /** Families that feed a series: of a canonical one each of its names, none of a fact, else the one of its own name. */
  feeding(series: string): readonly string[];
}
