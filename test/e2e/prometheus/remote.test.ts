// The catalogue by both engines: the embedded one of a collector, and a remote one over a real Prometheus that federates it.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignalAnswer, Signals } from '../../../src/model/signal.ts';
import { CATALOGUE } from '../../../src/signals/catalogue.ts';
import { until } from '../wait.ts';
import { findPrometheus } from './programs.ts';
import { INTERVAL_MS, openRemoteRig, type RemoteRig, VICTIM } from './remote-rig.ts';

const found = await findPrometheus({ env: process.env, progress: (line) => void process.stderr.write(`${line}\n`) });
if (found.kind === 'skipped') {
  process.stderr.write(`skipped: ${found.why}\n`);
  describe('the remote engine', () => it.skip(`needs Prometheus: ${found.why}`));
}

/** Rates over a minute, and some scrapes before and after. */
const WARM_UP_MS = 90_000;
/** Sums are taken in the order of the series, which may differ. */
const TOLERANCE = 1e-9;
/** The demo fleet has Tritons and DCGM exporters, no kubelets and no servers of language models. */
const ROWS = CATALOGUE.filter(({ source }) => source !== 'kubelet' && source !== 'llm');
const SIGNALS = ROWS.map(({ name }) => name);
const SIGNALS_OF_PODS = ROWS.filter(({ across }) => across !== 'skew').map(({ name }) => name);
/** A field that its exporters do not have. */
const NOT_SAID = 'gpu_sm_active_ratio';
const INFLIGHT = 'triton_inflight_requests';

describe.runIf(found.kind === 'ready')('the remote engine', () => {
  let rig: RemoteRig;
  let engines: { readonly embedded: Signals; readonly remote: Signals };

  beforeAll(async () => {
    if (found.kind !== 'ready') return;
    rig = await openRemoteRig(found.programs);
    await setTimeout(WARM_UP_MS);
    engines = rig.asOf(Math.floor(Date.now() / 1000) * 1000 - 2 * INTERVAL_MS);
  });
  afterAll(() => rig?.close());

  it('knows the targets of the collector, and what they are', () => {
    const sources = [...rig.book.all()].map(({ target }) => target.source).sort();
    expect(sources).toEqual([...Array(2).fill('dcgm'), ...Array(7).fill('triton')]);
  });

  it.each(SIGNALS)('%s: the same of a workload', async (signal) => {
    const question = { signal, metricSelector: [], object: { group: 'apps', resource: 'deployments', namespace: 'demo', name: 'triton' } };
    expectSame(signal, { theirs: await engines.remote.ofObject(question), ours: await engines.embedded.ofObject(question) });
  });

  it.each(SIGNALS_OF_PODS)('%s: the same for each pod', async (signal) => {
    const pods = Array.from({ length: 6 }, (_, index) => ({ namespace: 'demo', name: `triton-${index}` }));
    const [ours, theirs] = await Promise.all([
      engines.embedded.ofPods({ signal, pods, metricSelector: [] }),
      engines.remote.ofPods({ signal, pods, metricSelector: [] }),
    ]);
    for (const [index, { answer }] of theirs.entries()) expectSame(signal, { theirs: answer, ours: ours[index]?.answer });
  });

  it('lets a dead pod go within two intervals', async () => {
    await present(VICTIM);
    await rig.endVictim();
    const endedMs = performance.now();
    await absent(VICTIM);
    expect(performance.now() - endedMs).toBeLessThanOrEqual(2 * INTERVAL_MS);
    await present({ namespace: 'demo', name: 'triton-0' });
  });

  it('lets the pods of a dead collector go within two intervals, and says why', async () => {
    await present({ namespace: 'demo', name: 'triton-0' });
    await rig.endCollector();
    const endedMs = performance.now();
    await absent({ namespace: 'demo', name: 'triton-0' });
    expect(performance.now() - endedMs).toBeLessThanOrEqual(2 * INTERVAL_MS);
    await until({
      ask: async () => {
        const answer = await of({ namespace: 'demo', name: 'triton-0' });
        return answer.kind === 'absent' && answer.detail.includes('has no up of it') ? true : undefined;
      },
      withinMs: 2 * INTERVAL_MS,
      everyMs: 200,
      failure: () => 'the reason does not name the collector',
    });
  });

  const of = async (pod: { readonly namespace: string; readonly name: string }): Promise<SignalAnswer> => {
    const [first] = await rig.remote.ofPods({ signal: INFLIGHT, pods: [pod], metricSelector: [] });
    if (first === undefined) throw new Error('there is no answer');
    return first.answer;
  };

  /** A busy machine loses a scrape now and then. */
  const present = (pod: { readonly namespace: string; readonly name: string }) =>
    until({
      ask: async () => ((await of(pod)).kind === 'value' ? true : undefined),
      withinMs: 10 * INTERVAL_MS,
      everyMs: 100,
      failure: () => `${pod.name} has no number`,
    });

  const absent = (pod: { readonly namespace: string; readonly name: string }) =>
    until({
      ask: async () => ((await of(pod)).kind === 'absent' ? true : undefined),
      withinMs: 6 * INTERVAL_MS,
      everyMs: 100,
      failure: () => `${pod.name} still has a number`,
    });
});

function expectSame(signal: string, { theirs, ours }: { readonly theirs: SignalAnswer; readonly ours: SignalAnswer | undefined }): void {
  expect(ours?.kind).toBe(signal === NOT_SAID ? 'absent' : 'value');
  expect(theirs.kind).toBe(ours?.kind);
  if (ours?.kind === 'absent') expect(theirs).toMatchObject({ reason: ours.reason });
  if (ours?.kind !== 'value' || theirs.kind !== 'value') return;
  expect(Math.abs(theirs.value - ours.value)).toBeLessThanOrEqual(TOLERANCE * Math.abs(ours.value));
  expect(theirs.coverage).toEqual(ours.coverage);
  expect(theirs.windowMs).toBe(ours.windowMs);
  expect(Math.abs(theirs.newestMs - ours.newestMs)).toBeLessThanOrEqual(INTERVAL_MS);
}
