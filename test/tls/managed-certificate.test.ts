// Replicas that share a certificate through its whole life, and kube-apiserver trusting what they serve at each moment.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { objectOf } from '../../src/lib/json.ts';
import { KubeUnreachable } from '../../src/lib/kube/client.ts';
import type { Logged } from '../app/support/log.ts';
import type { ObjectStore } from '../lib/kube/support/object-store.ts';
import { status } from '../lib/kube/support/object-store.ts';
import { useComputed } from './support/computed.ts';
import { apiService, apiServicePath, DAY_MS, LEASE, SECRET, said, World } from './support/replicas.ts';

const START_MS = Date.UTC(2026, 0, 1);
/** When a third of 90 days and the hour before them is left. */
const RENEWAL_MS = START_MS + 90 * DAY_MS - (90 * DAY_MS + 3_600_000) / 3;
const CUSTOM = 'v1beta2.custom.metrics.k8s.io';
const EXTERNAL = 'v1beta1.external.metrics.k8s.io';

const computed = useComputed();

function world(options: { readonly startMs?: number; readonly store?: ObjectStore } = {}): World {
  const made = new World({ startMs: START_MS, computed, ...options });
  onTestFinished(() => made.end());
  return made;
}

/** Two replicas that have run for a while at `atMs`; the first looks after the certificates. */
async function running(atMs = START_MS): Promise<World> {
  const first = world();
  await first.join('a');
  await first.pass(3_000);
  await first.end();
  const later = world({ startMs: atMs, store: first.store });
  await later.join('one');
  await later.join('two');
  // One that expired meanwhile is renewed first.
  await later.pass(later.isTrusted() ? 3_000 : 15_000);
  expect(later.isTrusted()).toBe(true);
  return later;
}

describe('the first', () => {
  it('makes it for the names of the Service, and has kube-apiserver trust it', async () => {
    const w = world();
    const one = await w.join('one');
    await w.pass(2_000);
    const certificate = new X509Certificate(one.serving()?.certPem ?? '');
    expect(certificate.subjectAltName).toBe('DNS:plimsoll.ns.svc, DNS:plimsoll.ns, DNS:plimsoll');
    expect(certificate.validToDate).toEqual(new Date(START_MS + 90 * DAY_MS));
    expect(w.isTrusted()).toBe(true);
    expect(one.managed.state()).toEqual({ ok: true, why: 'the shared certificate is served' });
    expect(w.store.get(SECRET)).toMatchObject({ type: 'kubernetes.io/tls', metadata: { namespace: 'ns', name: 'certificate' } });
    expect(said(one)).toEqual([
      'info serving certificate and its authority made',
      'info serving certificate taken',
      'info looking after the shared serving certificates',
      'info caBundle written',
      'info caBundle written',
      'info caBundle written',
    ]);
  });

  it('is one of many who start at once: all serve the same', async () => {
    const w = world();
    const replicas = await Promise.all(['one', 'two', 'three'].map((name) => w.join(name)));
    expect(new Set(replicas.map((replica) => replica.serving()?.certPem)).size).toBe(1);
    expect(w.store.written.filter((what) => what.startsWith('POST /api/v1'))).toHaveLength(1);
  });

  it('writes nothing more while all is well', async () => {
    const w = await running();
    const written = w.store.written.length;
    await w.pass(60_000);
    expect(w.store.written.slice(written).filter((what) => !what.endsWith(LEASE))).toEqual([]);
  });
});

describe('a serving certificate', () => {
  it('is renewed when a third of its life is left, and both take it before the other is untrusted', async () => {
    const w = await running(RENEWAL_MS - 15_000);
    const before = w.shared();
    let trusted = true;
    await w.pass(40_000, () => {
      trusted &&= w.isTrusted();
    });
    const after = w.shared();
    expect(after.serving.certPem).not.toBe(before.serving.certPem);
    expect([after.authority.certPem, after.trusted]).toEqual([before.authority.certPem, before.trusted]);
    expect(w.replicas.map((replica) => replica.serving()?.certPem)).toEqual([after.serving.certPem, after.serving.certPem]);
    expect(trusted).toBe(true);
  });

  it('that has expired while nobody ran is replaced before it is served', async () => {
    const first = world();
    await first.join('a');
    await first.pass(3_000);
    await first.end();
    const w = world({ startMs: START_MS + 200 * DAY_MS, store: first.store });
    const one = await w.join('one');
    expect(one.serving()).toBeUndefined();
    expect(one.managed.state()).toMatchObject({ ok: false, why: expect.stringContaining('has expired') });
    await w.pass(10_000);
    expect([w.isTrusted(), one.managed.state().ok]).toEqual([true, true]);
  });

  it('that expires while the Secret cannot be read makes it not ready', async () => {
    const w = world();
    let isDown = false;
    const one = await w.join('one', () => {
      if (isDown) throw new KubeUnreachable('connection refused');
      return undefined;
    });
    await w.pass(2_000);
    isDown = true;
    await w.pass(10_000);
    const why = 'cannot get the Secret ns/certificate: connection refused';
    expect(one.managed.state()).toEqual({ ok: true, why: `the certificate read before is kept: ${why}` });
    await one.stop();
    await w.clock.advance(90 * DAY_MS);
    expect(one.managed.state()).toEqual({ ok: false, why: `the certificate has expired: ${why}` });
    expect(one.lines.filter((line) => line.fields['why'] === why).map((line) => line.said)).toEqual(['error serving certificate not read']);
  });
});

describe('an authority', () => {
  const DUE_MS = START_MS + Math.ceil((3650 * 2) / 3) * DAY_MS;

  it('gives way to another in steps, of which kube-apiserver notices nothing', async () => {
    const first = await running(DUE_MS);
    // The serving certificate of long ago is renewed first.
    await first.pass(15_000);
    const before = first.shared();
    const seen: string[] = [];
    let trusted = true;
    await first.pass(100_000, () => {
      trusted &&= first.isTrusted();
      const { authority, next, trusted: bundle } = first.shared();
      const now = `${bundle.length} trusted, ${next === undefined ? 'none' : 'one'} to come, ${authority.certPem === before.authority.certPem ? 'old' : 'new'} signs`;
      if (seen.at(-1) !== now) seen.push(now);
      // What is to sign is in every bundle for a minute before.
      if (authority.certPem !== before.authority.certPem) expect(first.bundle(CUSTOM)).toContain(authority.certPem.trim());
    });
    expect(seen).toEqual(['2 trusted, one to come, old signs', '2 trusted, none to come, new signs']);
    expect(trusted).toBe(true);
    const after = first.shared();
    expect(after.trusted).toContain(before.authority.certPem.trim());
    await first.end();
    // Sixty days later a certificate is signed that is the second of the new authority, and the old one goes.
    const later = world({ startMs: DUE_MS + 61 * DAY_MS, store: first.store });
    await later.join('one');
    await later.pass(15_000);
    expect(later.shared().trusted).toEqual([after.authority.certPem.trim()]);
    expect([later.isTrusted(), later.bundle(CUSTOM).match(/BEGIN/g)?.length]).toEqual([true, 1]);
  });

  it('signs nothing before a minute in which nobody overwrote a bundle', async () => {
    const w = await running(DUE_MS);
    await w.pass(15_000);
    const before = w.shared().authority.certPem;
    for (let round = 0; round < 4; round += 1) {
      await w.pass(40_000);
      w.store.put(apiServicePath(CUSTOM), apiService(CUSTOM));
    }
    await w.pass(10_000);
    expect(w.shared()).toMatchObject({ authority: { certPem: before }, next: expect.anything() });
    await w.pass(80_000);
    expect(w.shared().authority.certPem).not.toBe(before);
  });

  it('that has expired while nobody ran is replaced, and trusted before anything that it signed is served', async () => {
    const first = world();
    await first.join('a');
    await first.pass(3_000);
    await first.end();
    const w = world({ startMs: START_MS + 3651 * DAY_MS, store: first.store });
    const one = await w.join('one');
    await w.pass(15_000, () => {
      if (one.serving() !== undefined) expect(w.isTrusted()).toBe(true);
    });
    expect([w.isTrusted(), w.shared().trusted.length]).toEqual([true, 1]);
  });

  it('signs nothing while one bundle cannot be written', async () => {
    const first = world();
    await first.join('a');
    await first.pass(3_000);
    await first.end();
    const w = world({ startMs: DUE_MS, store: first.store });
    const one = await w.join('one', ({ method, path }) =>
      method === 'PATCH' && path.endsWith(EXTERNAL) ? status(403, 'apiservices is forbidden') : undefined,
    );
    await w.pass(120_000);
    expect(w.shared()).toMatchObject({ next: expect.anything() });
    const why = `cannot write caBundle of the APIService ${EXTERNAL}: apiservices is forbidden`;
    expect(one.lines.filter(({ fields }) => fields['why'] === why)).toHaveLength(1);
  });
});

describe('somebody who', () => {
  it.each([
    ['resets a caBundle', apiService(CUSTOM)],
    ['writes another into it', apiService(CUSTOM, { caBundle: 'bm9uc2Vuc2U=' })],
    ['has it not checked at all', apiService(CUSTOM, { insecureSkipTLSVerify: true })],
  ])('%s is corrected within a minute', async (_, reset) => {
    const w = await running();
    const good = w.bundle(CUSTOM);
    w.store.put(apiServicePath(CUSTOM), reset);
    await w.pass(15_000);
    expect(w.bundle(CUSTOM)).toBe(good);
    expect(objectOf(w.store.get(apiServicePath(CUSTOM))?.['spec'])).not.toHaveProperty('insecureSkipTLSVerify');
  });

  it.each([
    ['deletes the Secret', undefined, 'it was gone'],
    ['empties it', { 'tls.crt': '', 'tls.key': '' }, 'tls.crt is missing'],
    [
      'puts a certificate of his own there',
      { 'authority.key': Buffer.from('nonsense').toString('base64') },
      'authority.key is not the key of authority.crt',
    ],
  ])('%s makes one replica make it anew, while all serve what is trusted', async (_, damage, why) => {
    const w = await running();
    const before = w.shared();
    const known = objectOf(w.store.get(SECRET));
    if (damage === undefined) w.store.delete(SECRET);
    else w.store.put(SECRET, { ...known, data: { ...objectOf(known['data']), ...damage } });
    let trusted = true;
    await w.pass(30_000, () => {
      trusted &&= w.isTrusted();
    });
    expect(trusted).toBe(true);
    const after = w.shared();
    expect(after.authority.certPem).not.toBe(before.authority.certPem);
    expect(w.replicas.map((replica) => replica.serving()?.certPem)).toEqual([after.serving.certPem, after.serving.certPem]);
    const remade = w.replicas.map(({ lines }) =>
      lines.filter((line) => line.said === 'warn the Secret of the serving certificates was made anew'),
    );
    expect(remade.map((lines) => lines.map(({ fields }) => fields['why']))).toEqual([[why], []]);
  });

  it('looked after them and is gone is followed by another', async () => {
    const w = await running();
    await w.replicas[0]?.stop();
    w.store.put(apiServicePath(CUSTOM), apiService(CUSTOM));
    await w.pass(15_000);
    expect(w.isTrusted()).toBe(true);
  });

  it('serves external metrics instead of us keeps his APIService as it is', async () => {
    const w = await running();
    const other = apiService(EXTERNAL, { service: { namespace: 'keda', name: 'keda-metrics-apiserver' }, caBundle: 'a2VkYQ==' });
    w.store.put(apiServicePath(EXTERNAL), other);
    await w.pass(30_000);
    expect(w.store.get(apiServicePath(EXTERNAL))).toMatchObject(other);
  });
});

it('waits for a cluster that does not answer at the start, and is not ready until then', async () => {
  const w = world();
  let isDown = true;
  const opening = w.join('one', ({ signal }) => {
    if (!isDown) return undefined;
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(new KubeUnreachable('taken back', { reason: 'aborted' }))),
    );
  });
  await w.pass(5_500);
  const one = await opening;
  const why = 'cannot get the Secret ns/certificate: taken back';
  expect([one.serving(), one.managed.state().ok]).toEqual([undefined, false]);
  expect(one.managed.state().why).not.toBe(why);
  isDown = false;
  await w.pass(20_000);
  expect([w.isTrusted(), one.managed.state().ok]).toEqual([true, true]);
});

it('tells nobody a private key', async () => {
  const w = await running();
  const { serving, authority } = w.shared();
  const known = objectOf(w.store.get(SECRET));
  w.store.put(SECRET, { ...known, data: { ...objectOf(known['data']), 'tls.key': objectOf(known['data'])['authority.key'] } });
  await w.pass(15_000);
  const text = JSON.stringify(w.replicas.map(({ lines, managed }) => [lines, managed.state()]));
  const bodies = [serving, authority].flatMap(({ keyPem }) => keyPem.split('\n').filter((line) => line !== '' && !line.startsWith('---')));
  expect(bodies.length).toBeGreaterThan(4);
  expect(bodies.filter((line) => text.includes(line))).toEqual([]);
  expect(text).toContain('tls.key is not the key of tls.crt');
});

it('goes on when the one who takes a certificate cannot, and tries again', async () => {
  const w = world();
  const lines: Logged[] = [];
  const managed = w.manage('one', { lines });
  await managed.open();
  const stop = new AbortController();
  let tries = 0;
  const ended = managed.follow(() => {
    tries += 1;
    throw new Error('no');
  }, stop.signal);
  await w.pass(3_000);
  w.store.delete(SECRET);
  await w.pass(30_000);
  stop.abort();
  await ended;
  expect(tries).toBeGreaterThan(2);
  expect(lines.filter(({ fields }) => fields['why'] === 'no')).toHaveLength(1);
  expect(managed.state()).toEqual({ ok: true, why: 'the certificate read before is kept: no' });
});
