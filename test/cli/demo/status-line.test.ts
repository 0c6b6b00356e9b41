import { expect, it } from 'vitest';
import { type StatusSources, showStatus, statusLine } from '../../../src/cli/demo/status-line.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import { QueryError } from '../../../src/model/query-engine.ts';
import type { SignalAnswer, Signals } from '../../../src/model/signal.ts';
import type { TargetStatus } from '../../../src/model/target.ts';

const NOW_MS = 1_800_000_000_000;
const ABSENT: SignalAnswer = { kind: 'absent', reason: 'warming-up', detail: 'warming up' };

function value(amount: number): SignalAnswer {
  const coverage = { expected: 1, contributing: 1, missing: [] };
  return { kind: 'value', value: amount, newestMs: NOW_MS, coverage, estimated: false, warnings: [] };
}

function target(lastSuccessMs: number): TargetStatus {
  const url = 'http://127.0.0.1:1/metrics';
  return {
    target: { id: url, job: 'a', source: 'triton', url, labels: labelsOf({}), honorLabels: false, intervalMs: 2000, timeoutMs: 1000 },
    lastSuccessMs,
    startedUnderObservation: true,
    consecutiveFailures: 0,
    samples: 1,
    warnings: [],
  };
}

/** Sources in which every signal has the answer, or fails. */
function sources(answer: (signal: string) => SignalAnswer, targets: readonly TargetStatus[] = []): StatusSources {
  const signals: Signals = {
    list: () => [],
    ofPods: async () => [],
    ofObject: async ({ signal }) => answer(signal),
    ofExternal: async () => ABSENT,
  };
  return { signals, book: { version: 0, firstOverdueMs: 0, all: () => targets, get: () => undefined }, clock: new VirtualClock(NOW_MS) };
}

it('shows the load in units for people, and the targets that are live', async () => {
  const values: Readonly<Record<string, number>> = {
    triton_inflight_requests: 12.34,
    triton_pending_requests: 0,
    triton_requests_per_second: 376.4,
    triton_request_latency_seconds: 0.0451,
    gpu_utilization_ratio: 0.384,
  };
  const shown = statusLine(sources((signal) => value(values[signal] ?? Number.NaN), [target(NOW_MS), target(NOW_MS - 3001)]));
  expect(await shown).toBe('in flight 12.3 · pending 0.0 · 376 req/s · 45 ms · GPU 38 % · 1/2 live');
});

it('fits into 80 columns under any load of the demo', async () => {
  const targets = Array.from({ length: 8 }, () => target(NOW_MS));
  const answer = (signal: string): SignalAnswer =>
    value(signal === 'gpu_utilization_ratio' ? 1 : signal.endsWith('_seconds') ? 9.999 : 999);
  expect((await statusLine(sources(answer, targets))).length).toBeLessThan(80);
});

it.each([
  ['absent', () => ABSENT],
  [
    'not computable',
    () => {
      throw new QueryError('over-limit', 'too many samples');
    },
  ],
])('shows a dash, never a zero, for what is %s', async (_, answer) => {
  expect(await statusLine(sources(answer))).toBe('in flight – · pending – · – req/s · – ms · GPU – % · 0/0 live');
});

it('does not hide a fault of its own', async () => {
  const broken = sources(() => {
    throw new TypeError('a fault');
  });
  await expect(statusLine(broken)).rejects.toThrow('a fault');
});

it('is redrawn every second on the same line, and cleared at the end', async () => {
  const clock = new VirtualClock(NOW_MS);
  const stop = new AbortController();
  const written: string[] = [];
  const io = { stdout: (text: string): unknown => written.push(text), stop: stop.signal };
  const ended = showStatus({ ...sources(() => ABSENT), clock }, io);
  await clock.advance(2500);
  expect(written).toHaveLength(3);
  expect(written.every((text) => text.startsWith('\r\x1b[2Kin flight') && !text.includes('\n'))).toBe(true);
  stop.abort();
  await ended;
  expect(written.at(-1)).toBe('\r\x1b[2K');
});
