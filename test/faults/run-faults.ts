// Puts every peer to every fault, all at the same time.
import { setTimeout as pause } from 'node:timers/promises';
import { type Running, runPlimsoll } from '../app/support/server.ts';
import { askWithTokens } from './ask-with-tokens.ts';
import type { FaultCase } from './case.ts';
import { type FaultProxy, NO_FAULT, startFaultProxy } from './fault-proxy.ts';
import { FAULTS, type NamedFault } from './faults.ts';
import { clientThrough, clusterSettings, type FollowedCluster, openCluster, type PodName } from './followed.ts';
import { type Asker, createAsker } from './looks.ts';
import { MODELS } from './peers.ts';
import { goThrough, type Phases } from './phases.ts';
import type { Said } from './said.ts';
import { openScraped } from './scraped.ts';
import { Stalls } from './stalls.ts';
import type { Timing } from './timing.ts';
import { type Watched, type Watcher, watch } from './watch.ts';

export interface Run {
  readonly watched: readonly Watched[];
  readonly phases: Phases;
  readonly timing: Timing;
  readonly stalls: Stalls;
}

interface Opening {
  readonly stack: AsyncDisposableStack;
  readonly timing: Timing;
  readonly asker: Asker;
  readonly stalls: Stalls;
}

export async function runFaults(timing: Timing): Promise<Run> {
  await using stack = new AsyncDisposableStack();
  const asker = createAsker();
  const stalls = new Stalls();
  stack.defer(() => asker.close());
  stack.defer(() => stalls.stop());
  const opening = { stack, timing, asker, stalls };
  const cluster = stack.use(await openCluster());
  const watchers = [await openScrapedWatcher(opening), ...(await openClusterWatchers(opening, cluster))];
  await allRight(watchers, stalls);
  const watched = watchers.flatMap((watcher) => watcher.watched);
  const proxies = new Map(watched.map(({ about }) => [about.proxy, about]));
  const phases = await goThrough(timing, {
    strike: async () => {
      await Promise.all([...proxies].map(([proxy, { fault, middle }]) => proxy.use(fault.fault(timing, middle))));
    },
    change: () => cluster.change(),
    heal: async () => {
      await Promise.all([...proxies.keys()].map((proxy) => proxy.use(NO_FAULT)));
    },
    healed: () => allSeen(watched),
  });
  // Before that the peers were not all read yet.
  const since = watched.map(({ about, looks }) => ({ about, looks: looks.filter(({ askedMs }) => askedMs >= phases.beginMs) }));
  return { watched: since, phases, timing, stalls };
}

/** This process hardly ran: whatever is read in time elsewhere is not read in time here, and nothing can be told. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy';
}

/** A share of the time. */
const HARDLY_RUNNING = 0.5;

async function allRight(watchers: readonly Watcher[], stalls: Stalls): Promise<void> {
  const startMs = performance.now();
  try {
    await Promise.all(watchers.map((watcher) => watcher.whole()));
  } catch (cause) {
    const nowMs = performance.now();
    const stalled = stalls.between(startMs, nowMs) / (nowMs - startMs);
    if (stalled < HARDLY_RUNNING) throw cause;
    throw new TooBusy(`this process stood still for ${Math.round(stalled * 100)} % of the time: the machine is too busy`, { cause });
  }
}

/** What is known of a cluster equals a fresh list within ten seconds of the server's return, and is read then; a busy machine takes longer. */
const SEEN_WITHIN_MS = 30_000;

async function allSeen(watched: readonly Watched[]): Promise<void> {
  const coming = watched.filter(({ about }) => about.expected === 'comes');
  const endMs = performance.now() + SEEN_WITHIN_MS;
  while (performance.now() < endMs && coming.some(({ looks }) => looks.at(-1)?.kind !== 'right')) await pause(100);
}

async function openScrapedWatcher({ stack, ...rest }: Opening): Promise<Watcher> {
  const { cases, settings } = stack.use(await openScraped(rest.timing));
  const plimsoll = started(stack, await runPlimsoll(settings));
  return watching(stack, watch({ ...rest, cases, signals: plimsoll.server.plimsoll.signals }));
}

async function openClusterWatchers(opening: Opening, cluster: FollowedCluster): Promise<Watcher[]> {
  const { stack, timing } = opening;
  const watchers: Watcher[] = [];
  for (const fault of FAULTS) {
    const proxy = stack.use(await startFaultProxy({ toPort: cluster.api.port }));
    const about = { fault, proxy, middle: WITHIN_AN_EVENT, signal: 'triton_pending_requests' };
    const { server } = started(stack, await runPlimsoll(clusterSettings(timing), { kube: await clientThrough(proxy, timing) }));
    const cases = (['stays', 'comes', 'goes'] as const).map((pod) => followedCase(pod, { about, said: cluster.said[pod], timing }));
    watchers.push(watching(stack, watch({ ...opening, cases, signals: server.plimsoll.signals })));
    const asked = {
      ...followedCase('stays', { about, said: cluster.said.stays, timing }),
      peer: 'kube-apiserver, reviews of who asks',
      expected: fault.isHarmless ? 'stays' : 'refused',
    } as const;
    watchers.push(watching(stack, askWithTokens({ ...opening, cases: [asked], url: server.metricsApiUrl })));
  }
  return watchers;
}

/** Past the head of a list, within the one event of a change. */
const WITHIN_AN_EVENT = 300;
/** As long as everything is late, plus a look at the schedule. */
const TICK_MS = 200;

interface Following {
  readonly about: Pick<FaultCase, 'proxy' | 'middle' | 'signal'> & { readonly fault: NamedFault; readonly proxy: FaultProxy };
  readonly said: Said;
  readonly timing: Timing;
}

function followedCase(pod: PodName, { about, said, timing }: Following): FaultCase {
  const memoryMs = 3 * timing.intervalMs + timing.timeoutMs + TICK_MS;
  return {
    ...about,
    peer: `kube-apiserver, a pod that ${pod}`,
    pod,
    judge: (value, moment) => said.judge(value / MODELS.length, { moment, memoryMs }),
    expected: pod,
  };
}

function started(stack: AsyncDisposableStack, running: Running): Running {
  stack.defer(() => running.stop());
  return running;
}

function watching(stack: AsyncDisposableStack, watcher: Watcher): Watcher {
  stack.defer(() => watcher.stop());
  return watcher;
}
