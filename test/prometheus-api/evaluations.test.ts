import { expect, it } from 'vitest';
import { settingsOf } from '../../src/app/settings.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { Evaluations } from '../../src/prometheus-api/evaluations.ts';
import { NOW_MS } from './world.ts';

const { limits } = settingsOf('the test', []).config;
const asked = { abortSignal: new AbortController().signal, parameter: 'query' };

/** Four that go on until they are let go. */
function busy() {
  const clock = new VirtualClock(NOW_MS);
  const evaluations = new Evaluations({ clock, limits: () => limits });
  const free = Promise.withResolvers<void>();
  const all = Array.from({ length: 4 }, () => evaluations.run(asked, () => free.promise));
  return { clock, evaluations, free: () => free.resolve(), all };
}

it('counts the time of waiting', async () => {
  const { clock, evaluations, free } = busy();
  const waiting = evaluations.run({ ...asked, timeoutMs: 5000 }, async ({ deadlineMs, trace }) => {
    if (trace !== undefined) trace.samplesRead = 7;
    await clock.advance(100);
    return deadlineMs;
  });
  await clock.advance(2000);
  free();
  expect(await waiting).toEqual({ result: NOW_MS + 5000, stats: { samplesRead: 7, queuedMs: 2000, evaluatedMs: 100 } });
});

it('does not begin what is too late, or what nobody waits for', async () => {
  const { clock, evaluations, free } = busy();
  const gone = new AbortController();
  const work = async (): Promise<never> => {
    throw new Error('begun');
  };
  const late = expect(evaluations.run({ ...asked, timeoutMs: 1000 }, work)).rejects.toMatchObject({
    type: 'timeout',
    message: 'query timed out in query queue',
  });
  const left = expect(evaluations.run({ ...asked, abortSignal: gone.signal }, work)).rejects.toMatchObject({
    type: 'canceled',
    message: 'query was canceled in query queue',
  });
  gone.abort();
  await clock.advance(1000);
  free();
  await Promise.all([late, left]);
});

it('gives room back once', () => {
  const evaluations = new Evaluations({ clock: new VirtualClock(NOW_MS), limits: () => ({ ...limits, query_points: 1 }) });
  const releases = Array.from({ length: 4 }, () => evaluations.hold(1));
  expect(() => evaluations.hold(1)).toThrow('answers of 4 points are on their way');
  releases[0]?.();
  releases[0]?.();
  evaluations.hold(1);
  expect(() => evaluations.hold(1)).toThrow('answers of 4 points are on their way');
});
