// Who holds a Lease, over time: one at most, and another soon after that one has gone.
import { describe, expect, it } from 'vitest';
import { objectOf } from '../../../src/lib/json.ts';
import { KubeUnreachable } from '../../../src/lib/kube/client.ts';
import { Lease } from '../../../src/lib/kube/lease.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { type Interception, ObjectStore, status } from './support/object-store.ts';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/ns/leases/l';
const START_MS = Date.UTC(2026, 0, 1);

function world() {
  const store = new ObjectStore();
  const clock = new VirtualClock(START_MS);
  const join = (identity: string, { intercept, random = 0 }: { intercept?: Interception; random?: number } = {}) => {
    const told: string[] = [];
    const observer = {
      changed: (isHeld: boolean) => void told.push(isHeld ? 'held' : 'lost'),
      failed: (why: string) => void told.push(why),
    };
    const client = store.client(intercept);
    const lease = new Lease({ client, clock, namespace: 'ns', name: 'l', identity, observer, random: () => random });
    const stop = new AbortController();
    const ended = lease.run(stop.signal);
    return {
      lease,
      told,
      stop: async () => {
        stop.abort();
        await ended;
      },
    };
  };
  const spec = () => objectOf(store.get(PATH)?.['spec']);
  return { store, clock, join, spec };
}

const down: Interception = () => {
  throw new KubeUnreachable('cannot reach it');
};

it('is made by the first, renewed, and written as the API wants it', async () => {
  const { clock, join, spec, store } = world();
  const one = join('one');
  await clock.advance(0);
  expect(one.lease.isHeld()).toBe(true);
  expect(spec()).toEqual({
    holderIdentity: 'one',
    leaseDurationSeconds: 15,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:00.000000Z',
    leaseTransitions: 0,
  });
  await clock.advance(60_000);
  expect(spec()).toMatchObject({
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:01:00.000000Z',
    leaseTransitions: 0,
  });
  expect([one.told, store.written.length]).toEqual([['held'], 1 + 15]);
  await one.stop();
});

it('is held by one of two who come at once, and stays with it', async () => {
  const { clock, join } = world();
  const [one, two] = [join('one'), join('two')];
  for (let second = 0; second < 120; second += 1) {
    await clock.advance(1_000);
    expect([one.lease.isHeld(), two.lease.isHeld()]).toEqual([true, false]);
  }
  expect([one.told, two.told]).toEqual([['held'], []]);
  await Promise.all([one.stop(), two.stop()]);
});

it('goes to the other within seconds when it is given back', async () => {
  const { clock, join, spec } = world();
  const one = join('one');
  await clock.advance(0);
  const two = join('two');
  await clock.advance(5_000);
  await one.stop();
  expect(spec()).not.toHaveProperty('holderIdentity');
  expect([one.told, one.lease.isHeld()]).toEqual([['held', 'lost'], false]);
  await clock.advance(2_000);
  expect([two.lease.isHeld(), spec()['holderIdentity'], spec()['leaseTransitions']]).toEqual([true, 'two', 1]);
  await two.stop();
});

it('goes to the other when nothing is heard of the holder, who stopped acting as one before', async () => {
  const { clock, join } = world();
  let isDown = false;
  const one = join('one', { intercept: (request) => (isDown ? down(request) : undefined) });
  await clock.advance(0);
  const two = join('two');
  await clock.advance(8_000);
  isDown = true;
  const both: string[] = [];
  for (let second = 0; second < 25; second += 1) {
    await clock.advance(1_000);
    both.push([one.lease.isHeld() ? '1' : '', two.lease.isHeld() ? '2' : ''].join(''));
  }
  expect(both.join()).toMatch(/^(?:1,)+(?:,){2,}(?:2,)+2$/);
  expect(both.indexOf('2')).toBeLessThanOrEqual(18);
  expect(one.told).toEqual(['held', 'cannot hold the Lease ns/l: cannot reach it', 'lost']);
  isDown = false;
  await clock.advance(10_000);
  expect([one.lease.isHeld(), two.lease.isHeld()]).toEqual([false, true]);
  await Promise.all([one.stop(), two.stop()]);
});

it('counts from when it saw the last renewal itself, whatever the clock of the holder says', async () => {
  const { clock, join, store } = world();
  const spec = { holderIdentity: 'old', leaseDurationSeconds: 30, renewTime: '2020-01-01T00:00:00.000000Z', leaseTransitions: 7 };
  store.put(PATH, { metadata: { name: 'l', namespace: 'ns' }, spec });
  const one = join('one');
  await clock.advance(29_000);
  expect(one.lease.isHeld()).toBe(false);
  await clock.advance(3_000);
  expect([one.lease.isHeld(), objectOf(store.get(PATH)?.['spec'])['leaseTransitions']]).toEqual([true, 8]);
  await one.stop();
});

it('is taken at once where nobody has it, whatever else it lacks', async () => {
  const { clock, join, store, spec } = world();
  store.put(PATH, { metadata: { name: 'l' }, spec: {} });
  const one = join('one');
  await clock.advance(0);
  expect([one.lease.isHeld(), spec()['leaseTransitions']]).toEqual([true, 1]);
  await one.stop();
});

describe('the holder', () => {
  it('keeps it when somebody writes something else into it, or deletes it', async () => {
    const { clock, join, store, spec } = world();
    const one = join('one');
    await clock.advance(0);
    store.put(PATH, { ...store.get(PATH), metadata: { name: 'l', labels: { a: 'b' } } });
    await clock.advance(5_000);
    expect([one.lease.isHeld(), spec()['leaseTransitions']]).toEqual([true, 0]);
    store.delete(PATH);
    await clock.advance(5_000);
    expect([one.lease.isHeld(), spec()['holderIdentity']]).toEqual([true, 'one']);
    expect(one.told).toEqual(['held']);
    await one.stop();
  });

  it('gives way when somebody else has taken it', async () => {
    const { clock, join, store } = world();
    const one = join('one');
    await clock.advance(0);
    store.put(PATH, { metadata: { name: 'l' }, spec: { holderIdentity: 'thief', leaseDurationSeconds: 15 } });
    await clock.advance(5_000);
    expect([one.lease.isHeld(), one.told]).toEqual([false, ['held', 'lost']]);
    await one.stop();
    expect(objectOf(store.get(PATH)?.['spec'])['holderIdentity']).toBe('thief');
  });

  it('is nobody while an API server does not answer in time, which is said once', async () => {
    const { clock, join } = world();
    const one = join('one', {
      intercept: ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new KubeUnreachable('taken back', { reason: 'aborted' }))),
        ),
    });
    await clock.advance(30_000);
    expect(one.told).toEqual([
      'cannot hold the Lease ns/l: cannot reach the API server https://cluster: no answer within 3000 ms; is it overloaded?',
    ]);
    await one.stop();
  });

  it.each([
    [status(403, 'leases is forbidden'), 'cannot hold the Lease ns/l: leases is forbidden'],
    [{ status: 500, json: undefined, bytes: 0 }, 'cannot hold the Lease ns/l: the API server answered 500'],
  ])('is nobody without the right: %j', async (answer, why) => {
    const { clock, join } = world();
    const one = join('one', { intercept: () => answer });
    await clock.advance(30_000);
    expect([one.told, one.lease.isHeld()]).toEqual([[why], false]);
    await one.stop();
  });

  it('loses nothing when it cannot be given back', async () => {
    const { clock, join } = world();
    let isDown = false;
    const one = join('one', { intercept: (request) => (isDown ? down(request) : undefined) });
    await clock.advance(0);
    isDown = true;
    await one.stop();
    expect(one.told).toEqual(['held', 'lost']);
  });
});

it('waits by chance, so that not all who wait ask at once', async () => {
  const { clock, join, store } = world();
  const one = join('one');
  await clock.advance(0);
  const early = store.asked.length;
  const two = join('two', { random: 1 });
  await clock.advance(22_000);
  // Each 4.4 s, the first at once; the holder asked each 4 s.
  expect(store.asked.slice(early).filter((asked) => asked.startsWith('GET'))).toHaveLength(6);
  await Promise.all([one.stop(), two.stop()]);
});
