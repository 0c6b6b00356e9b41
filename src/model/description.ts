// What a server says of itself beside its metrics: which models it has, how they run, and what it has done.
import type { ScrapeError, Target } from './target.ts';

export interface ModelVersion {
  readonly model: string;
  readonly version: string;
}

export interface DescribedModel {
  readonly name: string;
  readonly version: string;
  readonly kind: 'leaf' | 'ensemble';
  /** May answer a request several times, or never: its counters do not show what is in flight. */
  readonly decoupled: boolean;
  /** True when one execution takes several requests: a dynamic batcher, or the oldest strategy of the sequence batcher. */
  readonly batching: boolean;
  /** True when requests belong to sequences; those of a sequence without a slot are pending. */
  readonly sequence: boolean;
  /** Executions that run at once, over all groups and devices; 0 for an ensemble. */
  readonly instances: number;
  /** Most rows of one execution; 0 when the model has no batch dimension. */
  readonly maxBatchSize: number;
  /** Models that an ensemble asks. */
  readonly steps: readonly string[];
}

export interface TargetDescription {
  /** What the server answers its readiness probe. */
  readonly serverReady: boolean;
  /** Model versions that are ready. */
  readonly models: readonly DescribedModel[];
  /** Model versions that are ready too, and whose configuration could not be read. */
  readonly undescribed: readonly { readonly name: string; readonly version: string }[];
  /** Model versions whose name is in several namespaces of the server, so that it tells nothing of them; undefined where there are none. */
  readonly ambiguous?: readonly { readonly name: string; readonly version: string }[];
}

/** Answers in a row that may be late before a server counts as one that does not answer: until then it may be loading a model. */
export const PATIENCE = 4;

/** Work of one model version since it was loaded. */
export interface ModelStatistics extends ModelVersion {
  /** Time that instances executed, each execution once whatever its batch, over all instances. */
  readonly busySeconds: number;
}

export type DescribeResult =
  | { readonly kind: 'described'; readonly description: TargetDescription; readonly statistics: readonly ModelStatistics[] }
  | { readonly kind: 'failed'; readonly error: ScrapeError };

export interface DescribeRequest {
  readonly target: Target;
  /** The last answer. Configurations in it are read again with `rereads` only, and stay where they cannot be. */
  readonly known?: TargetDescription | undefined;
  readonly rereads: boolean;
  /** The model versions that the target's lines speak of, for servers that must be asked about each. */
  readonly said?: readonly ModelVersion[];
  readonly signal: AbortSignal;
}

/** The port through which `scrape` asks a target about itself. Never rejects. */
export type Describe = (request: DescribeRequest) => Promise<DescribeResult>;
