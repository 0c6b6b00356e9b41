// Labels by which a source tells its own series apart.
import type { ScrapeJob } from '../config/schema.ts';
import { quote } from '../lib/quote.ts';

/** On a target they would push the series' own to `exported_<name>`, where no signal and no fact finds them. */
export const OWN_LABELS: Readonly<Record<ScrapeJob['source'], readonly string[]>> = {
  triton: ['model', 'version', 'gpu_uuid'],
  dcgm: ['gpu', 'UUID', 'uuid', 'GPU_I_ID', 'GPU_I_PROFILE', 'mig_id', 'mig_profile', 'source'],
  kubelet: ['namespace', 'pod', 'container'],
  llm: ['model', 'model_name', 'version', 'engine', 'le'],
  riva: ['grpc_service', 'reason'],
  generic: [],
  tegrastats: ['source', 'gpu', 'core', 'engine', 'cluster', 'rail', 'zone', 'namespace', 'pod', 'container'],
  proc: ['source', 'core', 'window', 'resource', 'tasks', 'namespace', 'pod', 'container'],
};

/** Why a target cannot have one of them. */
export function takenLabel(name: string, source: ScrapeJob['source']): string {
  return `cannot give a ${source} target the label ${quote(name)}: the series of ${source} have it themselves; choose another name`;
}
