// Three collectors, a real Prometheus and two replicas: the answers of one process, also while a collector is dead and its nodes are taken over.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../wait.ts';
import { findPrometheus } from './programs.ts';
import { COLLECTORS, INTERVAL_MS, openShardsRig, type ShardsRig, WAITING } from './shards-rig.ts';

const found = await findPrometheus({ env: process.env, progress: (line) => void process.stderr.write(`${line}\n`) });
if (found.kind === 'skipped') {
  process.stderr.write(`skipped: ${found.why}\n`);
  describe('shards', () => it.skip(`needs Prometheus: ${found.why}`));
}

const SIGNAL = 'triton_pending_requests';
/** A pod that is there for less than three intervals and the time-out may have no number yet; here all of them just came. */
const SETTLED_MS = 5 * INTERVAL_MS;
/** Starts of processes on a busy machine too. */
const PATIENCE_MS = 60_000;

interface Item {
  readonly describedObject: { readonly name: string };
  readonly value: string;
}

describe.runIf(found.kind === 'ready')('shards', () => {
  let rig: ShardsRig;

  beforeAll(async () => {
    if (found.kind === 'ready') rig = await openShardsRig(found.programs);
  });
  afterAll(() => rig?.close());

  /** The items of an answer; its message where it is none. */
  const items = async (replica: number, object: string): Promise<readonly Item[] | string> => {
    const { code, body } = await rig.ask(replica, `${object}/${SIGNAL}`);
    const json = JSON.parse(body) as { readonly items?: readonly Item[]; readonly message?: string };
    return code === 200 ? (json.items ?? []) : (json.message ?? body);
  };

  const replicas = (): readonly number[] => [...Array(rig.replicas).keys()];

  /** Until every replica has the number of each pod. */
  const allPodsAnswered = (): Promise<unknown> =>
    Promise.all(
      replicas().map((replica) => {
        let last: readonly Item[] | string = '';
        return until({
          ask: async () => {
            last = await items(replica, 'pods/*');
            return typeof last !== 'string' && last.length === rig.nodes.length ? true : undefined;
          },
          withinMs: PATIENCE_MS,
          everyMs: 250,
          failure: () => `replica ${replica} lacks pods: ${JSON.stringify(last).slice(0, 1000)}`,
        });
      }),
    );

  const sharesOf = async (telemetry: string): Promise<readonly (string | undefined)[]> => {
    const text = await (await fetch(`http://${telemetry}/metrics`)).text();
    return ['here', 'elsewhere'].map(
      (where) => new RegExp(`^plimsoll_shard_targets\\{read="${where}"\\} (?<count>\\d+)$`, 'm').exec(text)?.groups?.['count'],
    );
  };

  it('each collector reads its part', async () => {
    const shares = await Promise.all(rig.collectors.map(({ telemetry }) => sharesOf(telemetry)));
    const part = rig.nodes.length / COLLECTORS;
    expect(shares).toEqual(Array(COLLECTORS).fill([String(part), String(rig.nodes.length - part)]));
  });

  it('replicas answer about all pods, and their workload', async () => {
    await allPodsAnswered();
    for (const replica of replicas()) {
      const pods = await items(replica, 'pods/*');
      expect((pods as readonly Item[]).map(({ describedObject, value }) => [describedObject.name, value]).toSorted()).toEqual(
        rig.nodes.map((node) => [`triton-on-${node}`, String(WAITING)]).toSorted(),
      );
      expect(await items(replica, 'deployments.apps/triton')).toMatchObject([{ value: String(WAITING * rig.nodes.length) }]);
    }
  });

  it('a dead collector takes nothing from a sum, and its nodes are taken over by the others', async () => {
    const wrong: unknown[] = [];
    const told = new Set<string>();
    const over = new AbortController();
    const right = String(WAITING * rig.nodes.length);
    /** Whatever is answered meanwhile is the right sum, or no number at all. */
    const watch = async (replica: number): Promise<void> => {
      while (!over.signal.aborted) {
        const answer = await items(replica, 'deployments.apps/triton');
        if (typeof answer === 'string') told.add(answer);
        else if (answer[0]?.value !== right) wrong.push(answer);
        await setTimeout(100);
      }
    };
    await setTimeout(SETTLED_MS);
    const watching = Promise.all(replicas().map(watch));
    await rig.collectors[COLLECTORS - 1]?.kill();
    // Long enough to be seen by Prometheus, and by the replicas.
    await until({
      ask: async () => ((await items(0, 'pods/*')).length < rig.nodes.length ? true : undefined),
      withinMs: PATIENCE_MS,
      everyMs: 100,
      failure: () => 'the pods of the dead collector are still there',
    });
    await setTimeout(2 * INTERVAL_MS);
    for (let place = 0; place < COLLECTORS - 1; place += 1) await rig.restart(place, `${place + 1}/${COLLECTORS - 1}`);
    await allPodsAnswered();
    over.abort();
    await watching;
    expect(wrong).toEqual([]);
    for (const message of told) expect(message).toMatch(/^the server could not find the metric|triton_pending_requests/);
    const shares = await Promise.all(rig.collectors.slice(0, COLLECTORS - 1).map(({ telemetry }) => sharesOf(telemetry)));
    expect(shares.map(([here]) => Number(here)).reduce((one, other) => one + other)).toBe(rig.nodes.length);
    expect(await items(1, 'deployments.apps/triton')).toMatchObject([{ value: right }]);
  });
});
