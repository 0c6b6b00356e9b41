// What can be wrong with where a job's targets are found in the cluster: roles that would find nothing, or not what they say.
import { quote } from '../lib/quote.ts';
import { LabelSelectorError, parseLabelSelector } from '../model/parse-label-selector.ts';
import type { Problem } from './problem.ts';
import type { Config, DiscoveryRole, ScrapeJob } from './schema.ts';

/** All of it; `path` is that of the job's roles. */
export function discoveryProblems(job: ScrapeJob, { path, kubernetes }: { path: string; kubernetes: Config['kubernetes'] }): Problem[] {
  const problems: Problem[] = [];
  if (job.kubernetes_sd_configs.length > 0 && !kubernetes.enabled) {
    problems.push({ path, message: 'no cluster is asked; set kubernetes.enabled to true, or leave it out' });
  }
  for (const [index, role] of job.kubernetes_sd_configs.entries()) {
    for (const { path: field, message } of roleProblems(role, { job, kubernetes })) {
      problems.push({ path: `${path}[${index}].${field}`, message });
    }
  }
  return problems;
}

/** vLLM, SGLang and NIM each have a port of their own. */
const WITHOUT_PORT: ReadonlySet<string> = new Set(['generic', 'kubelet', 'llm']);

function* roleProblems(
  settings: DiscoveryRole,
  { job, kubernetes }: { job: ScrapeJob; kubernetes: Config['kubernetes'] },
): Generator<Problem> {
  const { role, ports, annotations, namespaces, selectors } = settings;
  for (const [place, name] of namespaces.names.entries()) {
    if (kubernetes.namespaces.length === 0 || kubernetes.namespaces.includes(name)) continue;
    yield { path: `namespaces.names[${place}]`, message: `${quote(name)} is not watched; add it to kubernetes.namespaces` };
  }
  for (const [place, selector] of selectors.entries()) {
    if (selector.role !== role) yield { path: `selectors[${place}].role`, message: `role ${role} selects among ${role}s only` };
    const fault = selectorFault(selector.label);
    if (fault !== undefined) yield { path: `selectors[${place}].label`, message: `${fault}; write it as in kubectl -l` };
  }
  if (role === 'pod' && ports === undefined && !annotations && WITHOUT_PORT.has(job.source)) {
    yield { path: 'ports', message: `missing; a ${job.source} source has no usual port of pods` };
  }
  for (const [place, port] of role === 'node' ? (ports ?? []).entries() : []) {
    if (typeof port === 'string')
      yield { path: `ports[${place}]`, message: `a node has no named ports, got ${quote(port)}; write a number` };
  }
}

function selectorFault(text: string): string | undefined {
  try {
    parseLabelSelector(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof LabelSelectorError)) throw error;
    return error.message;
  }
}
