import { describe, expect, it } from 'vitest';
import { fleetFetch } from '../../src/fleet/fetch.ts';
import { createFleet } from '../../src/fleet/fleet.ts';
import type { Fault } from '../../src/fleet/spec.ts';
import type { FetchResult } from '../../src/model/fetch.ts';
import type { Target } from '../../src/model/target.ts';
import { fleetSpec, handClock } from './specs.ts';

function target(url: string): Target {
  return { id: url, job: 'demo', source: 'triton', url, labels: new Map(), honorLabels: false, intervalMs: 5_000, timeoutMs: 2_500 };
}

async function fetchAt(
  url: string,
  seconds: number,
  options: { faults?: readonly Fault[]; signal?: AbortSignal } = {},
): Promise<FetchResult> {
  const fleet = createFleet(fleetSpec({ faults: options.faults ?? [] }), { seed: 1, startMs: 0 });
  return fleetFetch(fleet, handClock(seconds * 1000))(target(url), options.signal ?? new AbortController().signal);
}

const TRITON = 'http://triton-0.demo:8002/metrics';

describe('fleetFetch', () => {
  it.each([
    { name: 'Triton', url: TRITON, family: 'nv_inference_request_success' },
    { name: 'DCGM', url: 'http://dcgm-0.demo:9400/metrics', family: 'DCGM_FI_DEV_GPU_UTIL' },
  ])('reads $name at the clock’s time', async ({ url, family }) => {
    const [early, late] = [await fetchAt(url, 1), await fetchAt(url, 20)];
    if (early.kind !== 'body' || late.kind !== 'body') throw new Error('not read');
    const texts = [early, late].map(({ bytes }) => new TextDecoder().decode(bytes));
    expect(texts[0]).toContain(`# TYPE ${family} `);
    expect(texts[0]).not.toBe(texts[1]);
  });

  it.each([
    { name: 'a dead pod', url: TRITON, kind: 'kill' as const, failure: 'refused' },
    { name: 'a wrong path at an exporter', url: 'http://dcgm-0.demo:9400/', kind: 'resume' as const, failure: 'status' },
    { name: 'no such endpoint', url: 'http://nobody:1/metrics', kind: 'resume' as const, failure: 'unreachable' },
  ])('$name: $failure', async ({ url, kind, failure }) => {
    const result = await fetchAt(url, 2, { faults: [{ atMs: 1_000, pod: 'triton-0', kind }] });
    expect(result).toMatchObject({ kind: 'failed', error: { failure } });
    expect(result.kind === 'failed' && result.error.message).toContain(`cannot read "${url}": `);
  });

  it('reads nothing on a wrong path of a Triton, as on a real one', async () => {
    expect(await fetchAt('http://triton-0.demo:8002/metric', 2)).toEqual({ kind: 'body', bytes: new Uint8Array() });
  });

  it.each(['before', 'after'] as const)('waits at a hanging pod until it is aborted (%s the call)', async (when) => {
    const abort = new AbortController();
    if (when === 'before') abort.abort();
    const pending = fetchAt(TRITON, 2, { faults: [{ atMs: 1_000, pod: 'triton-0', kind: 'hang' }], signal: abort.signal });
    abort.abort();
    expect(await pending).toMatchObject({ kind: 'failed', error: { failure: 'timeout' } });
  });
});
