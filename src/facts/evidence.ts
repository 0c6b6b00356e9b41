// What each fact follows from, in words for the person who doubts it.
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import type { FactName } from './names.ts';
import type { Evidence } from './owner-facts.ts';

const MODEL = 'the server’s own answer about the model (:8000/v2), or models.<name> of the configuration, which wins';

const OWNERS: Readonly<Record<Evidence, string>> = {
  'exporter-labels': 'the exporter’s lines about this GPU name the pod',
  'exported-labels': 'the exporter’s lines about this GPU name the pod (under exported_pod, for its target has a pod too)',
  'triton-uuid': 'the pod’s own Triton names this GPU',
  'only-gpu-pod': 'it is the only pod with a GPU on the node of this GPU',
};

const FACTS: Readonly<Record<FactName, string | ((labels: Labels) => string)>> = {
  triton_model_info: MODEL,
  triton_model_instances: MODEL,
  triton_model_max_batch_size: MODEL,
  triton_model_ready: 'the server’s own list of ready models (:8000/v2)',
  triton_server_ready: 'the server’s answer to its readiness probe (:8000/v2/health/ready)',
  triton_instance_busy_seconds_total: 'the server’s own statistics of executions (:8000/v2/models/stats), at the time of the question',
  triton_pending_leak_requests: 'the floor below which the pending gauge of this server never falls',
  gpu_owner: (labels) => ownedBy(labels.get('evidence') ?? ''),
  gpu_owner_candidate: (labels) => labels.get('why') ?? '',
  node_cpu_cores: 'the allocatable cores of the Node, as the API server has it',
};

/** Undefined for a series that is no fact. */
export function evidenceFor(labels: Labels): string | undefined {
  const name = labels.get(METRIC_NAME) ?? '';
  const evidence = isFact(name) ? FACTS[name] : undefined;
  return typeof evidence === 'function' ? evidence(labels) : evidence;
}

function isFact(name: string): name is FactName {
  return Object.hasOwn(FACTS, name);
}

function ownedBy(evidence: string): string {
  return Object.entries(OWNERS).find(([name]) => name === evidence)?.[1] ?? evidence;
}
