// What Triton's counters take from one request: at completion only, and every duration rounded down to whole microseconds.
import type { ModelCounters } from './state.ts';

/** Whole microseconds, per request; a batch of four adds its compute time four times (measured on Triton 2.51.0). */
export interface Compute {
  readonly inputUs: number;
  readonly inferUs: number;
  readonly outputUs: number;
}

export interface Request {
  readonly arrivedUs: number;
  /** Told when the request completes, for whoever sent it on. */
  readonly done?: (compute: Compute) => void;
}

// Parts of an execution before and after the inference, near those of fixtures/triton/real-2.51.0-cpu.txt.
const INPUT_PART = 0.001;
const OUTPUT_PART = 0.005;

export function splitService(serviceUs: number): Compute {
  const inputUs = serviceUs * INPUT_PART;
  const outputUs = serviceUs * OUTPUT_PART;
  return { inputUs: Math.floor(inputUs), inferUs: Math.floor(serviceUs - inputUs - outputUs), outputUs: Math.floor(outputUs) };
}

export function newCounters(): ModelCounters {
  return { success: 0, inferences: 0, executions: 0, requestUs: 0, queueUs: 0, inputUs: 0, inferUs: 0, outputUs: 0 };
}

/** Adds one completed request with one inference; executions are counted by whoever runs them. */
export function addRequest(
  counters: ModelCounters,
  request: { readonly requestUs: number; readonly queueUs: number; readonly compute: Compute },
): void {
  counters.success += 1;
  counters.inferences += 1;
  counters.requestUs += Math.floor(request.requestUs);
  counters.queueUs += Math.floor(request.queueUs);
  counters.inputUs += request.compute.inputUs;
  counters.inferUs += request.compute.inferUs;
  counters.outputUs += request.compute.outputUs;
}
