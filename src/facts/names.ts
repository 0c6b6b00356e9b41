// The names under which facts are kept: nothing that a server says may have one of them.
import { NODE_CPU_CORES } from '../model/fact.ts';

export const FACT_NAMES = [
  'triton_model_info',
  'triton_model_instances',
  'triton_model_max_batch_size',
  'triton_model_ready',
  'triton_server_ready',
  'triton_instance_busy_seconds_total',
  'triton_pending_leak_requests',
  'gpu_owner',
  'gpu_owner_candidate',
  NODE_CPU_CORES,
] as const;

export type FactName = (typeof FACT_NAMES)[number];
