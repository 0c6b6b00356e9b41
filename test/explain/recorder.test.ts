// What the flight recorder keeps, and what it lets go of.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUN_BYTES } from '../../src/explain/recorder/runs.ts';
import type { FlightRecorder } from '../../src/explain/recorder.ts';
import { asked, external, failure, HPA_USER, list, MIB, pods, recording, START_MS, signalValue, value } from './recorder/rig.ts';

const newest = (recorder: FlightRecorder) => recorder.find({ limit: 1 }).runs[0];

describe('an answer', () => {
  it('that is a value is kept as it was', () => {
    const { recorder, tell } = recording();
    const missing = [{ pod: { namespace: 'demo', name: 'triton-3' }, why: 'connection refused' }];
    const answer = { coverage: { expected: 6, contributing: 5, missing }, estimated: true, newestMs: START_MS - 2500, windowMs: 60_000 };
    tell(12, value(0.1 + 0.2, answer));
    expect(newest(recorder)).toEqual({
      firstMs: START_MS + 12_000,
      lastMs: START_MS + 12_000,
      count: 1,
      user: HPA_USER,
      question: {
        api: 'custom',
        metric: 'triton_inflight_requests',
        namespace: 'demo',
        object: 'deployments.apps/triton',
        labelSelector: '',
        metricLabelSelector: '',
      },
      code: 200,
      said: {
        kind: 'value',
        value: 0.1 + 0.2,
        newestMs: START_MS - 2500,
        windowMs: 60_000,
        expected: 6,
        contributing: 5,
        estimated: true,
        missing: [{ name: 'demo/triton-3' }],
      },
    });
  });

  it('that is a list is kept as count, sum, least, most and who is missing', () => {
    const { recorder, tell } = recording();
    tell(0, list(3, 'failed', 0.5, -1, 'warming-up', Number.NaN), { asked: pods('app=triton') });
    expect(newest(recorder)).toMatchObject({
      question: { object: 'pods/*', labelSelector: 'app=triton' },
      said: {
        kind: 'list',
        objects: 6,
        values: 3,
        sum: 2.5,
        min: -1,
        max: 3,
        newestMs: START_MS,
        windowMs: 60_000,
        missing: [
          { name: 'triton-1', reason: 'failed' },
          { name: 'triton-4', reason: 'warming-up' },
          { name: 'triton-5', reason: 'not-finite' },
        ],
      },
    });
  });

  it('that is an empty list has no least and no most', () => {
    const { recorder, tell } = recording();
    tell(0, list());
    expect(newest(recorder)?.said).toMatchObject({ kind: 'list', objects: 0, values: 0, sum: 0, min: Number.NaN, max: Number.NaN });
  });

  it('names twenty of those that are missing', () => {
    const { recorder, tell } = recording();
    tell(0, list(1, ...Array(30).fill('stale')));
    const said = newest(recorder)?.said;
    expect(said?.kind === 'list' ? [said.objects, said.values, said.missing.length] : said).toEqual([31, 1, 20]);
  });

  it('that is a failure is kept with code, reason and message, which is cut', () => {
    const { recorder, tell } = recording();
    tell(0, failure('m'.repeat(2000), { code: 503, reason: 'ServiceUnavailable' }));
    const message = `${'m'.repeat(999)}…`;
    expect(newest(recorder)).toMatchObject({ code: 503, said: { kind: 'failure', reason: 'ServiceUnavailable', message } });
  });

  it('without a window is instantaneous', () => {
    const { recorder, tell } = recording();
    const { windowMs: _, ...answer } = signalValue(1);
    tell(0, { kind: 'value', answer });
    expect(newest(recorder)?.said).toMatchObject({ windowMs: undefined });
  });
});

describe('a run', () => {
  it('goes on while the answer is the same, whatever its newest sample', () => {
    const { recorder, tell, shown } = recording();
    tell(0, value(2, { newestMs: START_MS - 1000 }));
    tell(15, value(2, { newestMs: START_MS + 14_000 }));
    tell(30, value(3));
    tell(45, value(2));
    expect(shown()).toEqual(['0-15 ×2 2', '30-30 ×1 3', '45-45 ×1 2']);
    expect(recorder.find({ limit: 9 }).runs[2]?.said).toMatchObject({ newestMs: START_MS + 14_000 });
  });

  it.each([
    { name: 'another window', other: value(2, { windowMs: 30_000 }) },
    { name: 'no window', other: value(2, { windowMs: -1 }) },
    { name: 'another coverage', other: value(2, { coverage: { expected: 3, contributing: 2, missing: [] } }) },
    { name: 'another number of pods that contribute', other: value(2, { coverage: { expected: 2, contributing: 1, missing: [] } }) },
    { name: 'an estimate', other: value(2, { estimated: true }) },
    {
      name: 'another pod missing',
      other: value(2, { coverage: { expected: 2, contributing: 2, missing: [{ pod: { namespace: 'demo', name: 'a' }, why: '' }] } }),
    },
    { name: 'a negative zero', other: value(-0), first: value(0) },
    { name: 'a failure', other: failure('gone') },
    { name: 'a list', other: list(2) },
    { name: 'another least', first: list(1, 3), other: list(2, 2) },
    { name: 'another most', first: list(1, 2, 3), other: list(1, 1, 4) },
    { name: 'another code', first: failure('gone'), other: failure('gone', { code: 503 }) },
    { name: 'another reason', first: failure('gone'), other: failure('gone', { reason: 'stale' }) },
    { name: 'another pod in the message', first: failure('pod triton-1 s'), other: failure('pod triton-2 s') },
  ])('ends with $name', ({ first = value(2), other }) => {
    const { recorder, tell } = recording();
    tell(0, first);
    tell(15, other);
    expect(recorder.count).toBe(2);
  });

  it.each([
    ['last scrape of a:1 failed 12 s ago: connection refused', 'last scrape of a:1 failed 27 s ago: connection refused'],
    ['warming up: 23 of 60 s read from a:1; ask again in 37 s', 'warming up: 38 of 60 s read from a:1; ask again in 22 s'],
  ])('goes on while only time moves on in the words', (first, other) => {
    const { tell, shown } = recording();
    tell(0, failure(first));
    tell(15, failure(other));
    expect(shown()).toEqual([`0-15 ×2 ${first}`]);
  });

  it('is of one user and one question', () => {
    const { recorder, tell } = recording();
    tell(0, value(2));
    tell(1, value(2), { user: 'somebody' });
    for (const other of [
      asked({ metric: 'm' }),
      asked({ namespace: 'other' }),
      asked({ namespace: undefined }),
      asked({ object: { group: 'apps', resource: 'deployments', name: 'other' } }),
      asked({ object: { group: 'apps', resource: 'statefulsets', name: 'triton' } }),
      asked({ metricLabelSelector: 'model=a' }),
      external(''),
      external('model=a'),
    ]) {
      tell(2, value(2), { asked: other });
    }
    expect(recorder.count).toBe(10);
    tell(3, value(2));
    tell(3, value(2), { user: 'somebody' });
    expect(recorder.count).toBe(10);
  });

  it('is begun anew after an hour, so that what goes first is never much', () => {
    const { tell, shown } = recording();
    for (let seconds = 0; seconds <= 7200; seconds += 900) tell(seconds, value(2));
    expect(shown()).toEqual(['0-2700 ×4 2', '3600-6300 ×4 2', '7200-7200 ×1 2']);
  });
});

describe('a refusal', () => {
  const refused = (message: string) => failure(message, { code: 403, reason: 'Forbidden', isRefusal: true });

  it('is kept of a question that somebody was admitted to ask, and of no other', () => {
    const { recorder, tell, shown } = recording();
    tell(0, refused('no'), { user: '' });
    expect(recorder.count).toBe(0);
    tell(1, value(1));
    tell(2, refused('no'), { user: '' });
    expect(shown()).toEqual(['1-1 ×1 1', '2-2 ×1 no']);
  });

  it('comes once a minute, however many and different they are, and does not touch what others were told', () => {
    const { tell, shown } = recording();
    tell(0, value(1));
    for (let seconds = 1; seconds < 121; seconds += 1) tell(seconds, refused(`no ${seconds}`), { user: '' });
    tell(121, value(1));
    expect(shown()).toEqual(['0-121 ×2 1', '1-60 ×60 no 1', '61-120 ×60 no 61']);
  });

  it('that stays the same is one run beyond that', () => {
    const { tell, shown } = recording();
    tell(0, value(1));
    for (let seconds = 1; seconds < 1801; seconds += 15) tell(seconds, refused('no'), { user: '' });
    expect(shown()).toEqual(['0-0 ×1 1', '1-1786 ×120 no']);
  });
});

describe('memory', () => {
  it('lets the oldest go exactly when the bound is reached', () => {
    const { recorder, tell, shown } = recording();
    tell(0, value(0));
    const withOne = recorder.bytes;
    const three = recording(withOne + 2 * RUN_BYTES);
    for (let seconds = 0; seconds < 3; seconds += 1) three.tell(seconds, value(seconds));
    expect(three.shown()).toEqual(['0-0 ×1 0', '1-1 ×1 1', '2-2 ×1 2']);
    expect([three.recorder.bytes, three.recorder.completeSinceMs]).toEqual([withOne + 2 * RUN_BYTES, START_MS]);
    three.tell(3, value(3));
    expect(three.shown()).toEqual(['1-1 ×1 1', '2-2 ×1 2', '3-3 ×1 3']);
    expect([three.recorder.bytes, three.recorder.completeSinceMs]).toEqual([withOne + 2 * RUN_BYTES, START_MS]);
    expect(shown()).toHaveLength(1);
  });

  it('says since when nothing is missing: the last time of what went', () => {
    const { recorder, tell } = recording(1);
    tell(5, value(1));
    expect([recorder.count, recorder.bytes, recorder.completeSinceMs]).toEqual([0, 0, START_MS + 5000]);
  });

  it('says it by the last time, not by the first', () => {
    const one = recording();
    one.tell(0, value(1));
    const { recorder, tell } = recording(one.recorder.bytes);
    for (const seconds of [0, 15, 30]) tell(seconds, value(1));
    tell(45, value(2));
    expect([recorder.count, recorder.completeSinceMs]).toEqual([1, START_MS + 30_000]);
  });

  it('counts texts with what they take', () => {
    const { recorder, tell } = recording(MIB);
    for (let at = 0; at < 2000; at += 1) tell(at, failure(`${String.fromCharCode(65 + (at % 26)).repeat(900)} triton-${at}`));
    expect(recorder.count).toBeLessThan(MIB / 900);
    expect(recorder.count).toBeGreaterThan(MIB / 5000);
  });

  it('begins a run anew that had to go while it went on', () => {
    const one = recording();
    one.tell(0, value(1));
    const { tell, shown } = recording(one.recorder.bytes + RUN_BYTES);
    tell(0, value(1));
    tell(1, value(2), { user: 'somebody' });
    tell(2, value(3), { user: 'somebody' });
    tell(3, value(1));
    expect(shown().at(-1)).toBe('3-3 ×1 1');
  });

  it('holds a day of fifty autoscalers that ask every 15 s and are told something else each time', () => {
    const { recorder, tell } = recording(32 * MIB);
    const questions = Array.from({ length: 50 }, (_, index) =>
      asked({ namespace: `team-${index}`, object: { group: 'apps', resource: 'deployments', name: `triton-${index}` } }),
    );
    let told = 0;
    for (let seconds = 0; seconds <= 86_400; seconds += 15) {
      for (const question of questions) {
        told += 1;
        tell(seconds, value(told / 7), { asked: question });
      }
    }
    expect(recorder.count).toBe(told);
    expect(recorder.completeSinceMs).toBe(START_MS);
    expect(recorder.bytes).toBeLessThanOrEqual(32 * MIB);
    const { runs } = recorder.find({ atMs: START_MS + 3 * 3_600_000, limit: 100 });
    expect(runs).toHaveLength(50);
    expect(new Set(runs.map(({ firstMs }) => firstMs))).toEqual(new Set([START_MS + 3 * 3_600_000]));
  });

  it('is never more than the bound, and what is kept is the newest, whatever is told', () => {
    const told = fc.record({
      question: fc.integer({ min: 0, max: 5 }),
      user: fc.constantFrom('a', 'b'),
      given: fc.oneof(
        fc.integer({ min: 0, max: 3 }).map((number) => value(number)),
        fc.array(fc.constantFrom(1, 2, 'failed' as const), { maxLength: 4 }).map((answers) => list(...answers)),
        fc.string({ maxLength: 200 }).map((message) => failure(message)),
      ),
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 200 }), fc.integer({ min: 0, max: 8000 }), (tales, bound) => {
        const all = recording(64 * MIB);
        const some = recording(bound);
        for (const [second, { question, user, given }] of tales.entries()) {
          const rest = { user, asked: asked({ metric: `m${question}` }) };
          all.tell(second, given, rest);
          some.tell(second, given, rest);
          expect(some.recorder.bytes).toBeLessThanOrEqual(bound);
        }
        const since = some.recorder.completeSinceMs;
        // One that went on since before then begins anew where its beginning had to go.
        const complete = (recorder: FlightRecorder) =>
          recorder
            .find({ fromMs: since + 1, limit: 1000 })
            .runs.map(({ lastMs, question, user, said }) => ({ lastMs, question, user, said }))
            .toSorted((one, other) => one.lastMs - other.lastMs);
        expect(complete(some.recorder)).toEqual(complete(all.recorder));
        expect(some.recorder.count).toBe(some.shown().length);
      }),
    );
  });
});
