// Signals of the chosen pods that several panels are made of.
import { perPod } from '../queries.ts';

export const IN_FLIGHT = perPod('triton_inflight_requests');
export const CAPACITY = perPod('triton_capacity_requests');
export const SATURATION = perPod('triton_saturation_ratio');
/** Requests wait from 1 on; at the target a replica more is due. */
export const FULLNESS = [
  { at: 0.7, color: 'orange' },
  { at: 1, color: 'red' },
] as const;
