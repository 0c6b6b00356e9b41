// Real sockets on loopback, on a clock that stands still between readings.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createFleet, type Fleet } from '../../src/fleet/fleet.ts';
import { type ServedFleet, serveFleet } from '../../src/fleet/serve.ts';
import type { Fault } from '../../src/fleet/spec.ts';
import { fleetSpec, handClock } from './specs.ts';

const TRITON = 'triton-0.demo:8002';
const opened: ServedFleet[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((served) => served.close()));
});

interface Setup {
  readonly fleet: Fleet;
  readonly clock: ReturnType<typeof handClock>;
  readonly served: ServedFleet;
  url(id: string): string;
}

async function serve(faults: readonly Fault[] = [], coldStartMs = 0): Promise<Setup> {
  const clock = handClock(0);
  const fleet = createFleet(fleetSpec({ faults, coldStartMs }), { seed: 1, startMs: 0 });
  const served = await serveFleet(fleet, { clock, host: '127.0.0.1' });
  opened.push(served);
  return { fleet, clock, served, url: (id) => served.urls.get(id) ?? 'http://nobody' };
}

/** The body, or the code with which the connection failed. */
async function read(url: string): Promise<string> {
  try {
    return await (await fetch(url)).text();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error && 'code' in cause ? String(cause.code) : String(error);
  }
}

/** Polls without sleeping: each try is a round trip over a socket, and the fleet's servers act in between. */
async function readUntil(url: string, wanted: RegExp): Promise<string> {
  let text = '';
  for (let attempt = 0; attempt < 500 && !wanted.test(text); attempt += 1) text = await read(url);
  return text;
}

describe('serveFleet', () => {
  it('says over HTTP what it says in process at the same time', async () => {
    const { fleet, clock, served } = await serve();
    const reference = createFleet(fleetSpec({}), { seed: 1, startMs: 0 });
    for (const atMs of [0, 1_234, 15_000, 60_000]) {
      clock.moveTo(atMs);
      reference.advanceTo(atMs);
      for (const { id } of fleet.endpoints()) {
        const reading = reference.read(id);
        expect(await read(served.urls.get(id) ?? '')).toBe(reading.kind === 'body' ? reading.text : '');
      }
    }
  });

  it('answers with the headers of the real server', async () => {
    const response = await fetch((await serve()).url(TRITON));
    const length = (await response.arrayBuffer()).byteLength;
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('content-length')).toBe(String(length));
  });

  it('knows other methods and paths', async () => {
    const { url } = await serve();
    expect((await fetch(url(TRITON), { method: 'POST' })).status).toBe(405);
    expect((await fetch(url('dcgm-0.demo:9400').replace('/metrics', '/x'))).status).toBe(404);
  });

  it('refuses during a cold start, then listens on the port that it named', async () => {
    const { clock, url } = await serve([], 5_000);
    expect(await readUntil(url(TRITON), /ECONNREFUSED/)).toBe('ECONNREFUSED');
    clock.moveTo(5_000);
    expect(await readUntil(url(TRITON), /^#/)).toContain('nv_inference_request_success');
  });

  it('tries again when somebody else has its port', async () => {
    const { clock, url } = await serve([], 5_000);
    await readUntil(url(TRITON), /ECONNREFUSED/);
    const squatter = createServer((_request, response) => response.end('squatter')).listen(Number(new URL(url(TRITON)).port), '127.0.0.1');
    await once(squatter, 'listening');
    for (const atMs of [5_000, 5_100, 5_200]) {
      clock.moveTo(atMs);
      expect(await read(url(TRITON))).toBe('squatter');
    }
    squatter.closeAllConnections();
    squatter.close();
    await once(squatter, 'close');
    for (let atMs = 5_300; atMs < 10_000 && !(await read(url(TRITON))).startsWith('#'); atMs += 100) clock.moveTo(atMs);
    expect(await read(url(TRITON))).toContain('nv_inference_request_success');
  });

  it('drops open connections when a pod is killed, and the other endpoints go on', async () => {
    const { clock, url } = await serve([{ atMs: 1_000, pod: 'triton-0', kind: 'kill' }]);
    expect(await read(url(TRITON))).toContain('nv_inference');
    clock.moveTo(1_000);
    expect(await readUntil(url(TRITON), /ECONNREFUSED/)).toBe('ECONNREFUSED');
    expect(await read(url('dcgm-0.demo:9400'))).toContain('DCGM_FI');
  });

  it('drops a request that comes between the end of a process and that of its listener', async () => {
    let nowMs = 0;
    const sleep = (_durationMs: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    const spec = fleetSpec({ faults: [{ atMs: 1_000, pod: 'triton-0', kind: 'kill' }] });
    const served = await serveFleet(createFleet(spec, { seed: 1, startMs: 0 }), {
      clock: { nowMs: () => nowMs, sleep },
      host: '127.0.0.1',
    });
    opened.push(served);
    nowMs = 1_000;
    expect(await read(served.urls.get(TRITON) ?? '')).toBe('UND_ERR_SOCKET');
  });

  it('accepts and says nothing while a pod hangs', async () => {
    const { clock, url } = await serve([
      { atMs: 1_000, pod: 'triton-0', kind: 'hang' },
      { atMs: 2_000, pod: 'triton-0', kind: 'resume' },
    ]);
    clock.moveTo(1_000);
    const abort = new AbortController();
    const hanging = fetch(url(TRITON), { signal: abort.signal }).then(
      () => 'answered',
      () => 'aborted',
    );
    expect(await read(url('dcgm-0.demo:9400'))).toContain('DCGM_FI');
    abort.abort();
    expect(await hanging).toBe('aborted');
    clock.moveTo(2_000);
    expect(await read(url(TRITON))).toContain('nv_inference');
  });

  it('closes every socket', async () => {
    const { served, url } = await serve();
    await read(url(TRITON));
    await served.close();
    expect(await read(url(TRITON))).toBe('ECONNREFUSED');
  });

  it('says what to change when the address is not one of this machine', async () => {
    const fleet = createFleet(fleetSpec({}), { seed: 1, startMs: 0 });
    const serving = serveFleet(fleet, { clock: handClock(0), host: '192.0.2.1' });
    await expect(serving).rejects.toThrow('cannot serve the fleet on "192.0.2.1": ');
  });
});
