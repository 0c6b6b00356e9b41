// What a test asks of the process that stands in for the kubelets, and what it answers.

/** Requests of one workload's clients: at random moments, or so many that wait for an answer at any time. */
export type Load = { readonly kind: 'rate'; readonly perSecond: number } | { readonly kind: 'inflight'; readonly requests: number };

/**
 * `dead`: connections are refused, what was in it is lost, and the end of it is a new process with counters at zero. `hang`: connections
 * are accepted and nothing is answered. `empty`: 200 without a body. The pod stays Ready: no probe has noticed.
 */
export type Fault = 'none' | 'dead' | 'hang' | 'empty';

export interface PodTruth {
  readonly pod: string;
  readonly waiting: number;
  readonly executing: number;
  readonly completed: number;
}

export type Ask =
  /** A workload is `namespace/app`, after the pods' label `app`. */
  | { readonly do: 'load'; readonly workload: string; readonly load: Load }
  | { readonly do: 'fault'; readonly namespace: string; readonly pods: readonly string[]; readonly fault: Fault }
  | { readonly do: 'truth'; readonly workload: string }
  | { readonly do: 'waits'; readonly workload: string }
  | { readonly do: 'count' }
  | { readonly do: 'stop' };

/** Answered requests of a workload since its load was last set, and how many of them had waited for more than a second. */
export interface Waits {
  readonly answered: number;
  readonly late: number;
}

export interface Counts {
  readonly pods: number;
  readonly ready: number;
  /** Tritons that listen. */
  readonly listening: number;
}

export interface Asked {
  readonly id: number;
  readonly ask: Ask;
}

export type Answered = readonly PodTruth[] | Counts | Waits;

/** `atMs` is when it was done, on the wall clock. */
export type Reply =
  | { readonly id: number; readonly atMs: number; readonly value?: Answered }
  | { readonly id: number; readonly error: string };

/** What a pod's Triton is like: the JSON of the annotation `e2e/triton`. */
export interface TritonAnnotation {
  readonly model: string;
  /** Executions at once; each takes `serviceMs`, exactly or in the mean. */
  readonly instances: number;
  readonly serviceMs: number;
  readonly variability: 'none' | 'exponential';
  /** From Running to Ready; the ports refuse until then. */
  readonly coldStartMs: number;
}

export const TRITON_ANNOTATION = 'e2e/triton';
export const METRICS_PORT = 8002;
export const HTTP_PORT = 8000;
