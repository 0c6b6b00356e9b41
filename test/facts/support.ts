// A world of targets in as few words as a table needs, and the owners that follow from it.
import { claimsOf } from '../../src/facts/claims.ts';
import { Ownership } from '../../src/facts/ownership.ts';
import { labelsOf } from '../../src/model/labels.ts';
import type { Line } from '../../src/model/line.ts';
import type { Target } from '../../src/model/target.ts';
import { lineOf, targetOf } from '../sources/support.ts';

export type Words = Readonly<Record<string, string>>;

export interface Said {
  readonly target: Target;
  readonly lines: readonly Line[];
}

/** An exporter whose lines have these labels beside `gpu="0"`. */
export function exporter(id: string, labels: Words, lines: readonly Words[]): Said {
  return { target: named(targetOf('dcgm', labels), id), lines: lines.map((line) => lineOf('DCGM_FI_DEV_GPU_TEMP', { gpu: '0', ...line })) };
}

/** The Triton of pod `ml/<name>`, on the GPUs that it names. */
export function server(name: string, labels: Words, uuids: readonly string[]): Said {
  const lines = [lineOf('nv_inference_count', { model: 'm' }), ...uuids.map((gpu_uuid) => lineOf('nv_gpu_utilization', { gpu_uuid }))];
  return { target: named(targetOf('triton', { namespace: 'ml', pod: name, ...labels }), name), lines };
}

function named(target: Target, id: string): Target {
  return { ...target, id, labels: labelsOf({ ...Object.fromEntries(target.labels), instance: id }) };
}

/** Everything read once, in this order. `unread` are targets that exist and were not read yet. */
export function worldOf(said: readonly Said[], unread: readonly Said[] = []): Ownership {
  const world = new Ownership(() => [...said, ...unread].map(({ target }) => target));
  for (const one of said) {
    const claims = claimsOf(one);
    if (claims !== undefined) world.put(claims);
  }
  return world;
}

/** `uuid[/mig] namespace/pod evidence[ shared=n]`, or `… ?: why` for a candidate; the container only where there is one. */
export function ownersIn(world: Ownership, said: readonly Said[]): string[] {
  return said.flatMap(({ target }) => world.of(target.id).facts.map(({ labels }) => ownerText(Object.fromEntries(labels)))).sort();
}

function ownerText(labels: Words): string {
  const gpu = [labels['uuid'], labels['mig_id']].filter(Boolean).join('/');
  const pod = [labels['namespace'], labels['pod'], labels['container']].filter(Boolean).join('/');
  if (labels['why'] !== undefined) return `${gpu} ${pod} ?: ${labels['why']}`;
  return `${gpu} ${pod} ${labels['evidence']}${labels['shared'] === undefined ? '' : ` shared=${labels['shared']}`}`;
}
