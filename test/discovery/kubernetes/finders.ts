// Finding targets in few words.
import type * as z from 'zod';
import { configSchema } from '../../../src/config/schema.ts';
import type { ClusterSnapshot, KubeContainer, KubePod } from '../../../src/discovery/kubernetes/objects.ts';
import { TargetFinder } from '../../../src/discovery/kubernetes/targets.ts';
import type { Target } from '../../../src/model/target.ts';
import { snapshotOf } from './builders.ts';

export type JobInput = Partial<NonNullable<z.input<typeof configSchema>['scrape_configs']>[number]>;
export type RoleInput = NonNullable<JobInput['kubernetes_sd_configs']>[number];

export function finderOf(...jobs: readonly JobInput[]): TargetFinder {
  const named = jobs.map((job, index) => ({ job_name: `job-${index}`, kubernetes_sd_configs: [{ role: 'pod' as const }], ...job }));
  return new TargetFinder(configSchema.parse({ kubernetes: { enabled: true }, scrape_configs: named }));
}

export function found(job: JobInput, objects: Partial<ClusterSnapshot>): readonly Target[] {
  return finderOf(job).find(snapshotOf(objects)).targets;
}

export function urlsOf(role: Partial<RoleInput>, pods: readonly KubePod[], job: JobInput = {}): string[] {
  return found({ ...job, kubernetes_sd_configs: [{ role: 'pod', ...role }] }, { pods }).map(({ url }) => url);
}

/** `triton:http=8000,metrics=8002`: a container and its ports, with names or without. */
function container(text: string): KubeContainer {
  const [name = '', ports = ''] = text.split(':');
  const port = (one: string): { name?: string; number: number } => {
    const [number = '', called] = one.split('=').reverse();
    return { ...(called !== undefined && { name: called }), number: Number(number) };
  };
  return { name, ports: ports === '' ? [] : ports.split(',').map(port) };
}

export function containers(...texts: readonly string[]): { readonly containers: readonly KubeContainer[] } {
  return { containers: texts.map(container) };
}

export const TRITON = containers('triton:http=8000,grpc=8001,metrics=8002');
