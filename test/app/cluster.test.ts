// A cluster that is followed: changes are gathered, none is lost, and what comes of them is scraped and answered.
import { describe, expect, it, onTestFinished } from 'vitest';
import { followCluster, openCluster } from '../../src/app/cluster.ts';
import type { Plimsoll } from '../../src/app/wire.ts';
import type { KubePod } from '../../src/discovery/kubernetes/objects.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { Fetch } from '../../src/model/fetch.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { parseLabelSelector } from '../../src/model/parse-label-selector.ts';
import type { SignalAnswer } from '../../src/model/signal.ts';
import { apiServer, unreachable } from '../auth/support/api-server.ts';
import { kubeOwner, kubePod, kubeService, ownedBy } from '../discovery/kubernetes/builders.ts';
import { START_MS } from './support/feed.ts';
import { type ScriptedCluster, scriptedCluster } from './support/scripted-cluster.ts';
import { tritonText } from './support/targets.ts';
import { createWorld, discoveredTritons, tritons, type World } from './support/world.ts';

describe('opened', () => {
  const open = (isEnabled: boolean, hasClient: boolean): boolean => {
    const { config } = isEnabled ? discoveredTritons() : tritons();
    const client = hasClient ? apiServer(unreachable) : undefined;
    return openCluster({ config, client, clock: new VirtualClock(), log: silentLog, meter: nullMeter }) !== undefined;
  };

  it('is a cluster where the configuration has one', () => {
    expect([open(true, true), open(true, false), open(false, true)]).toEqual([true, false, false]);
  });
});

describe('followed', () => {
  interface Following {
    readonly cluster: ScriptedCluster;
    readonly clock: VirtualClock;
    /** When it was looked at, and the version that was there. */
    readonly looks: string[];
    readonly stop: () => void;
    readonly ended: Promise<void>;
  }

  function follow(onLook: (cluster: ScriptedCluster) => void = () => {}): Following {
    const cluster = scriptedCluster();
    const clock = new VirtualClock();
    const looks: string[] = [];
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const lookAgain = (): void => {
      looks.push(`${clock.nowMs()}: ${cluster.snapshot().version}`);
      onLook(cluster);
    };
    const ended = followCluster(stop.signal, { cluster, clock, plimsoll: { lookAgain } });
    return { cluster, clock, looks, ended, stop: () => stop.abort() };
  }

  it('is looked at soon after the start, for what changed until then, and not again while nothing changes', async () => {
    const { clock, looks } = follow();
    await clock.advance(60_000);
    expect(looks).toEqual(['100: 0']);
  });

  it('is looked at a tenth of a second after a change, with all that changed since', async () => {
    const { cluster, clock, looks } = follow();
    await clock.advance(1000);
    cluster.change({});
    await clock.advance(50);
    cluster.change({});
    await clock.advance(49);
    cluster.change({});
    await clock.advance(10_000);
    expect(looks.slice(1)).toEqual(['1100: 3']);
  });

  it('is looked at ten times a second at most', async () => {
    const { cluster, clock, looks } = follow();
    for (let time = 0; time < 100; time += 1) {
      cluster.change({});
      await clock.advance(10);
    }
    await clock.advance(1000);
    expect(looks).toHaveLength(10);
    expect([looks[0], looks.at(-1)]).toEqual(['100: 10', '1000: 100']);
  });

  it('loses nothing that changes while it is looked at', async () => {
    let left = 2;
    const { clock, looks } = follow((cluster) => {
      left -= 1;
      if (left >= 0) cluster.change({});
    });
    await clock.advance(10_000);
    expect(looks).toEqual(['100: 0', '200: 1', '300: 2']);
  });

  it.each([{ afterMs: 0 }, { afterMs: 50 }, { afterMs: 1000 }])(
    'is left at once after $afterMs ms, without another look',
    async ({ afterMs }) => {
      const { cluster, clock, looks, stop, ended } = follow();
      await clock.advance(afterMs);
      const before = looks.length;
      stop();
      cluster.change({});
      await ended;
      expect(looks).toHaveLength(before);
    },
  );

  it('ends with what a look throws', async () => {
    const boom = new Error('boom');
    const { clock, ended } = follow(() => {
      throw boom;
    });
    const failed = expect(ended).rejects.toBe(boom);
    await clock.advance(100);
    await failed;
  });
});

describe('wired', () => {
  interface Running extends World {
    readonly cluster: ScriptedCluster;
    /** URLs that were read. */
    readonly read: string[];
  }

  /** Each pod says as many pending requests as the last number of its address. */
  const pending =
    (read: string[]): Fetch =>
    async ({ url }) => {
      read.push(url);
      const text = tritonText(Number(/\.(\d+):/.exec(url)?.[1]));
      return { kind: 'body', bytes: new TextEncoder().encode(text) };
    };

  async function run(pods: readonly KubePod[], settings = discoveredTritons()): Promise<Running> {
    const cluster = scriptedCluster({
      pods,
      owners: [kubeOwner('Deployment', 'triton'), kubeOwner('ReplicaSet', 'triton-1', { owner: ownedBy('Deployment', 'triton') })],
      services: [kubeService('triton', { app: 'triton' })],
    });
    const read: string[] = [];
    const world = createWorld(settings, pending(read), cluster);
    const stop = new AbortController();
    const loops = [
      world.plimsoll.scraper.start(stop.signal),
      followCluster(stop.signal, { cluster, plimsoll: world.plimsoll, clock: world.clock }),
    ];
    onTestFinished(async () => {
      stop.abort();
      await Promise.all(loops);
    });
    await world.clock.advance(1000);
    return { ...world, cluster, read };
  }

  const triton = (at: number, rest: Partial<Omit<KubePod, 'labels' | 'annotations'>> = {}): KubePod =>
    kubePod(`triton-${at}`, {
      labels: { app: 'triton' },
      owner: ownedBy('ReplicaSet', 'triton-1'),
      ips: [`10.0.0.${at}`],
      readyChangedMs: START_MS,
      startedMs: START_MS - 60_000,
      containers: [{ name: 'triton', ports: [{ number: 8002 }] }],
      ...rest,
    });

  const shown = (answer: SignalAnswer): number | string => (answer.kind === 'value' ? answer.value : answer.reason);
  const SIGNAL = { signal: 'triton_pending_requests', metricSelector: [] };

  async function sums({ signals }: Plimsoll): Promise<(number | string)[]> {
    const namespace = 'demo';
    return [
      shown(await signals.ofObject({ ...SIGNAL, object: { group: 'apps', resource: 'deployments', namespace, name: 'triton' } })),
      shown(await signals.ofObject({ ...SIGNAL, object: { group: '', resource: 'services', namespace, name: 'triton' } })),
      shown(await signals.ofObject({ ...SIGNAL, object: { group: '', resource: 'nodes', namespace, name: 'n1' } })),
      shown(await signals.ofExternal({ signal: SIGNAL.signal, namespace, selector: parseLabelSelector('app=triton') })),
    ];
  }

  const ofPod = async ({ signals }: Plimsoll, name: string): Promise<number | string> => {
    const [answered] = await signals.ofPods({ ...SIGNAL, pods: [{ namespace: 'demo', name }] });
    return answered === undefined ? 'unanswered' : shown(answered.answer);
  };

  it('answers about a pod within a moment of its coming', async () => {
    const { plimsoll, clock, cluster, read } = await run([triton(1)]);
    expect(await sums(plimsoll)).toEqual([1, 1, 1, 1]);
    cluster.change({ pods: [triton(1), triton(2)] });
    await clock.advance(300);
    expect(read).toContain('http://10.0.0.2:8002/metrics');
    expect(await sums(plimsoll)).toEqual([3, 3, 3, 3]);
    expect(await ofPod(plimsoll, 'triton-2')).toBe(2);
  });

  it('leaves a pod that is gone out of the next answer, and reads it no more', async () => {
    const { plimsoll, clock, cluster, read } = await run([triton(1), triton(2)]);
    expect(await sums(plimsoll)).toEqual([3, 3, 3, 3]);
    cluster.change({ pods: [triton(2)] });
    await clock.advance(100);
    expect(await sums(plimsoll)).toEqual([2, 2, 2, 2]);
    expect(await ofPod(plimsoll, 'triton-1')).toBe('no-object');
    read.length = 0;
    await clock.advance(10_000);
    expect(new Set(read)).toEqual(new Set(['http://10.0.0.2:8002/metrics']));
  });

  it('does the same for one that ends, before it is gone', async () => {
    const { plimsoll, clock, cluster } = await run([triton(1), triton(2)]);
    cluster.change({ pods: [triton(1, { terminating: true }), triton(2)] });
    await clock.advance(100);
    expect(await sums(plimsoll)).toEqual([2, 2, 2, 2]);
  });

  it('counts a pod from when it is ready, though it answers before', async () => {
    const young = { ready: false, startedMs: START_MS, readyChangedMs: START_MS };
    const { plimsoll, clock, cluster, read } = await run([triton(1), triton(2, young)]);
    expect(read).toContain('http://10.0.0.2:8002/metrics');
    expect(await sums(plimsoll)).toEqual([1, 1, 1, 1]);
    expect(await ofPod(plimsoll, 'triton-2')).toBe('not-ready');
    cluster.change({ pods: [triton(1), triton(2, { startedMs: START_MS })] });
    await clock.advance(100);
    expect(await sums(plimsoll)).toEqual([3, 3, 3, 3]);
    // What was ready once has load, whatever its probe says later.
    cluster.change({ pods: [triton(1), triton(2, young)] });
    await clock.advance(100);
    expect(await sums(plimsoll)).toEqual([3, 3, 3, 3]);
  });

  it('takes a pod in the place of another for what it is', async () => {
    const { plimsoll, clock, cluster, read } = await run([triton(1, { uid: 'old' })]);
    read.length = 0;
    cluster.change({ pods: [triton(1, { uid: 'new', ips: ['10.0.0.7'] })] });
    await clock.advance(300);
    expect(read).toEqual(['http://10.0.0.7:8002/metrics']);
    expect(await sums(plimsoll)).toEqual([7, 7, 7, 7]);
    expect([...plimsoll.scraper.book.all()].map(({ target }) => target.id)).toEqual(['triton|new|http://10.0.0.7:8002/metrics']);
  });

  it('forgets the history of a pod whose name and address another has', async () => {
    const { plimsoll, clock, cluster } = await run([triton(1, { uid: 'old' })]);
    const [before] = plimsoll.scraper.book.all();
    cluster.change({ pods: [triton(1, { uid: 'new' })] });
    await clock.advance(100);
    const [after] = plimsoll.scraper.book.all();
    expect([before?.firstSuccessMs === undefined, after?.firstSuccessMs === undefined]).toEqual([false, true]);
  });

  it('keeps following while the configuration is replaced', async () => {
    const { plimsoll, clock, cluster, read } = await run([triton(1)]);
    plimsoll.apply(discoveredTritons({ metrics_path: '/other' }));
    expect(await sums(plimsoll)).toEqual(['no-data', 'no-data', 'no-data', 'no-data']);
    cluster.change({ pods: [triton(1), triton(2)] });
    await clock.advance(300);
    expect(await sums(plimsoll)).toEqual([3, 3, 3, 3]);
    expect(read.slice(-2)).toEqual(['http://10.0.0.1:8002/other', 'http://10.0.0.2:8002/other']);
  });

  it('keeps the history of targets when a configuration comes to the same', async () => {
    const { plimsoll, clock, read } = await run([triton(1)]);
    const reads = read.length;
    plimsoll.apply(discoveredTritons());
    expect(await sums(plimsoll)).toEqual([1, 1, 1, 1]);
    await clock.advance(300);
    expect(read).toHaveLength(reads);
  });
});
