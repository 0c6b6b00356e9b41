// Who holds which GPU, joined over what all targets say of GPUs; each answer is a fact with its evidence.
import type { Fact, Warning } from '../model/fact.ts';
import { type PodRef, podKey } from '../model/pod.ts';
import type { Target } from '../model/target.ts';
import { type ClaimedGpu, type GpuClaims, podOfTarget } from './claims.ts';
import { candidateFact, ownerFact } from './owner-facts.ts';
import * as why from './owner-warnings.ts';

export interface OwnersOfTarget {
  readonly facts: readonly Fact[];
  readonly warnings: readonly Warning[];
}

const NOTHING: OwnersOfTarget = { facts: [], warnings: [] };

interface Entry {
  readonly claims: GpuClaims;
  /** Equal for claims that say the same. */
  readonly content: string;
  /** False from a failed scrape to the next good one: what it said is not true now. */
  isLive: boolean;
}

/**
 * What targets claim, kept up to date by the feeds. A fact lives at the target whose lines are its evidence, so that it goes when that target goes:
 * labels and the only pod of a node at the exporter, Triton's own word at the Triton.
 */
export class Ownership {
  readonly #entries = new Map<string, Entry>();
  /** By the names of GPUs; servers also by their pod, whose key has a slash, which no GPU's name has. */
  readonly #index = new Map<string, Set<Entry>>();
  readonly #targets: () => readonly Target[];
  #version = 0;

  /** `targets`: every target there is, read or not. */
  constructor(targets: () => readonly Target[]) {
    this.#targets = targets;
  }

  /** Changes whenever an answer of `of` may change. */
  get version(): number {
    return this.#version;
  }

  /** What a target says now, in place of what it said before. */
  put(claims: GpuClaims): void {
    const content = JSON.stringify([claims.gpus, claims.node, claims.isNodeLabelled, claims.hasPodLabels]);
    if (this.#entries.get(claims.target.id)?.content === content) return;
    this.remove(claims.target.id);
    const entry = { claims, content, isLive: true };
    this.#entries.set(claims.target.id, entry);
    for (const name of namesOf(claims)) this.#index.set(name, (this.#index.get(name) ?? new Set()).add(entry));
  }

  /** A scrape failed, or one that says the same as before succeeded again. */
  setLive(targetId: string, isLive: boolean): void {
    const entry = this.#entries.get(targetId);
    if (entry === undefined || entry.isLive === isLive) return;
    entry.isLive = isLive;
    this.#version += 1;
  }

  remove(targetId: string): void {
    this.#version += 1;
    const entry = this.#entries.get(targetId);
    if (entry === undefined) return;
    this.#entries.delete(targetId);
    for (const name of namesOf(entry.claims)) {
      const others = this.#index.get(name);
      others?.delete(entry);
      if (others?.size === 0) this.#index.delete(name);
    }
  }

  /** The facts that live at a target, and what people should know about its GPUs. */
  of(targetId: string): OwnersOfTarget {
    const claims = this.#entries.get(targetId)?.claims;
    if (claims === undefined) return NOTHING;
    return claims.target.source === 'dcgm' ? this.#ofExporter(claims) : this.#ofServer(claims);
  }

  #ofExporter(claims: GpuClaims): OwnersOfTarget {
    const facts: Fact[] = [];
    const warnings: Warning[] = [];
    let hasUnowned = false;
    for (const gpu of claims.gpus) {
      const nodes = this.#severalNodesOf(gpu.uuid);
      const owners = gpu.owners.filter((owner) => !this.#isContradicted(owner));
      if (owners.length < gpu.owners.length) warnings.push(why.contradicted(gpu, gpu.owners));
      if (nodes.length > 0) {
        warnings.push(why.onTwoNodes(gpu, nodes));
        facts.push(...candidates(gpu, owners, why.manyNodes(gpu, nodes)));
        continue;
      }
      const shared = this.#holders(gpu).size;
      facts.push(...owners.map((owner) => ownerFact(gpu, { ...owner, shared })));
      if (shared > 0) continue;
      const alone = this.#aloneOnNode(gpu, claims);
      facts.push(...alone);
      hasUnowned ||= alone.length === 0;
    }
    const instances = this.#alsoReportedBy(claims);
    if (instances.length > 0) warnings.push(why.reportedTwice(instances));
    if (hasUnowned && !claims.hasPodLabels) warnings.push(why.NO_POD_LABELS);
    return { facts, warnings: distinct(warnings) };
  }

  #ofServer(claims: GpuClaims): OwnersOfTarget {
    const pod = podOfTarget(claims.target);
    if (pod === undefined) return NOTHING;
    const facts = claims.gpus.flatMap(({ uuid: name }): Fact[] => {
      const gpus = this.#gpusNamed(name);
      if (gpus.some((gpu) => gpu.owners.some((owner) => podKey(owner) === podKey(pod)))) return [];
      const [gpu = { uuid: name, migId: undefined, migUuid: undefined, owners: [] }, ...others] = gpus;
      const nodes = this.#severalNodesOf(gpu.uuid);
      if (nodes.length > 0) return candidates(gpu, [pod], why.manyNodes(gpu, nodes));
      if (others.length > 0) return candidates({ ...gpu, migId: undefined }, [pod], why.manySlices(gpu, gpus.length));
      const shared = this.#holders(gpu).size;
      return [ownerFact(gpu, { ...pod, container: claims.target.labels.get('container') ?? '', evidence: 'triton-uuid', shared })];
    });
    return { facts, warnings: [] };
  }

  /** GPUs or MIG instances that exporters report under a name that a server gives: several when the board is sliced. */
  #gpusNamed(name: string): ClaimedGpu[] {
    const gpus = new Map<string, ClaimedGpu>();
    for (const exporter of this.#live(name, 'dcgm')) {
      for (const gpu of exporter.gpus) {
        if (gpu.uuid !== name && gpu.migUuid !== name) continue;
        const known = gpus.get(gpu.migId ?? '');
        gpus.set(gpu.migId ?? '', { ...gpu, owners: [...(known?.owners ?? []), ...gpu.owners] });
      }
    }
    const slices = [...gpus.values()].filter(({ migId }) => migId !== undefined);
    return slices.length > 0 ? slices : [...gpus.values()];
  }

  /** Pods whose Triton runs on this GPU, as far as the name that it gives tells which slice that is. */
  #serversOf(gpu: ClaimedGpu): PodRef[] {
    const names = gpu.migUuid === undefined ? [gpu.uuid] : [gpu.uuid, gpu.migUuid];
    return names.flatMap((name) =>
      [...this.#live(name, 'triton')].flatMap((server) => {
        const [named, ...others] = this.#gpusNamed(name);
        const isThis = named === undefined || (others.length === 0 && named.migId === gpu.migId);
        return isThis ? (podOfTarget(server.target) ?? []) : [];
      }),
    );
  }

  /** Keys of every pod that holds the GPU, by whatever evidence. */
  #holders(gpu: ClaimedGpu): Set<string> {
    const labelled = [...this.#live(gpu.uuid, 'dcgm')].flatMap(({ gpus }) =>
      gpus.filter(({ uuid, migId }) => uuid === gpu.uuid && migId === gpu.migId).flatMap(({ owners }) => owners),
    );
    const owners = labelled.filter((owner) => !this.#isContradicted(owner));
    return new Set([...owners, ...this.#serversOf(gpu)].map(podKey));
  }

  /**
   * The pod's own Triton runs on other GPUs that are known, and on none that labels give it: the labels speak of an earlier pod of
   * this name, for the exporter's labels lag its collect interval (30 s by default) behind.
   */
  #isContradicted(owner: PodRef): boolean {
    const names = [...this.#live(podKey(owner), 'triton')].flatMap(({ gpus }) => gpus.map(({ uuid }) => uuid));
    const reported = names.filter((name) => this.#live(name, 'dcgm').next().done !== true);
    if (reported.length === 0) return false;
    const agrees = (gpu: ClaimedGpu): boolean =>
      (names.includes(gpu.uuid) || names.includes(gpu.migUuid ?? '')) && gpu.owners.some((one) => podKey(one) === podKey(owner));
    return !reported.some((name) => [...this.#live(name, 'dcgm')].some(({ gpus }) => gpus.some(agrees)));
  }

  /** An exporter without pod labels on a node with one Triton pod, which names no GPU itself: the GPUs are its. With several, nobody knows whose. */
  #aloneOnNode(gpu: ClaimedGpu, { node, hasPodLabels }: GpuClaims): Fact[] {
    if (hasPodLabels || node === undefined) return [];
    const servers = this.#targets().filter(({ source, labels }) => source === 'triton' && labels.get('node') === node);
    const silent = servers.filter(({ id }) => this.#entries.get(id)?.claims.gpus.length === 0);
    const pods = distinctPods(servers);
    if (pods.length > 1) return candidates(gpu, distinctPods(silent), why.manyPods(node, pods.length));
    const [pod] = distinctPods(silent);
    return pod === undefined ? [] : [ownerFact(gpu, { ...pod, container: '', evidence: 'only-gpu-pod', shared: 1 })];
  }

  /** The nodes of a GPU that is named on several; empty otherwise. Nodes that targets say and hosts that lines name are not compared. */
  #severalNodesOf(uuid: string): string[] {
    const claims = [...this.#live(uuid, 'dcgm'), ...this.#live(uuid, 'triton')];
    for (const labelled of [true, false]) {
      const nodes = claims.filter(({ isNodeLabelled }) => isNodeLabelled === labelled).flatMap(({ node }) => node ?? []);
      const distinct = [...new Set(nodes)].sort();
      if (distinct.length > 1) return distinct;
    }
    return [];
  }

  /** Other exporters that report GPUs of this one from the same place. */
  #alsoReportedBy({ gpus, target }: GpuClaims): string[] {
    const once = gpus.filter(({ uuid }) => this.#severalNodesOf(uuid).length === 0);
    const others = once.flatMap(({ uuid }) => [...this.#live(uuid, 'dcgm')].filter((other) => other.target.id !== target.id));
    return [...new Set(others.map((other) => other.target.labels.get('instance') ?? other.target.id))].sort();
  }

  *#live(name: string, source: 'dcgm' | 'triton'): Generator<GpuClaims> {
    for (const { claims, isLive } of this.#index.get(name) ?? []) {
      if (isLive && claims.target.source === source) yield claims;
    }
  }
}

function namesOf({ gpus, target }: GpuClaims): Set<string> {
  const names = new Set(gpus.flatMap(({ uuid, migUuid }) => (migUuid === undefined ? [uuid] : [uuid, migUuid])));
  const pod = target.source === 'triton' ? podOfTarget(target) : undefined;
  return pod === undefined ? names : names.add(podKey(pod));
}

function distinctPods(targets: readonly Target[]): PodRef[] {
  const pods = targets.flatMap((target) => podOfTarget(target) ?? []);
  return [...new Map(pods.map((pod) => [podKey(pod), pod])).values()];
}

function candidates(gpu: ClaimedGpu, pods: readonly PodRef[], reason: string): Fact[] {
  const distinct = new Map(pods.map((pod) => [podKey(pod), pod]));
  return [...distinct.values()].map((pod) => candidateFact(gpu, { ...pod, why: reason }));
}

function distinct(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
}
