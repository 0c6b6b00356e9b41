import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeClient } from '../../../src/lib/kube/client.ts';
import { Reflector, type ReflectorOptions } from '../../../src/lib/kube/reflector.ts';
import { type ApiServer, startApiServer } from './support/api-server.ts';
import { type ApiState, status } from './support/api-state.ts';
import { clientOf } from './support/kubeconfig.ts';
import { PacedClock } from './support/paced-clock.ts';
import { agrees, CONFIG_MAPS, type Kept, type ReflectorRig, startReflector } from './support/reflector-rig.ts';

/** Within which everything is as the server has it again, whatever happened. */
const RECOVERY_MS = 10_000;
/** After which a watch is opened anew. */
const SILENCE_MS = 200_000;

let clock: PacedClock;
let server: ApiServer;
let api: ApiState;
let client: KubeClient;
let rig: ReflectorRig | undefined;
beforeEach(async () => {
  clock = new PacedClock();
  server = await startApiServer();
  api = server.state;
  client = await clientOf(
    { server: server.url },
    { clock, limits: { eventBytes: 1_000_000, answerBytes: 1_000_000, silenceMs: SILENCE_MS } },
  );
});
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
  await client.close();
  await server[Symbol.asyncDispose]();
});

function put(name: string, data: unknown = 'x', namespace = 'a'): void {
  api.put(CONFIG_MAPS, { name, namespace, data });
}

function start(options: Partial<Omit<ReflectorOptions<Kept>, 'observer' | 'client' | 'clock'>> = {}): ReflectorRig {
  rig = startReflector(client, clock, options);
  return rig;
}

/** Started, in agreement with the server and watching. */
async function following(options: Parameters<typeof start>[0] = {}): Promise<ReflectorRig> {
  const started = start(options);
  await clock.until(() => started.reflector.hasListed && agrees(started, api) && api.watches === 1);
  return started;
}

/** Virtual milliseconds until everything is as the server has it, and followed. */
function recovery(some: ReflectorRig): Promise<number> {
  return clock.until(() => agrees(some, api) && api.watches === 1 && some.reflector.state.kind === 'current');
}

const lists = () => api.asked.filter(({ kind }) => kind === 'list');
const watches = () => api.asked.filter(({ kind }) => kind === 'watch');

describe('when nothing goes wrong', () => {
  it('lists in pages of one state, then watches from it with bookmarks', async () => {
    for (let index = 0; index < 250; index += 1) put(`n${index}`);
    const some = await following({ random: () => 0.5 });
    expect(some.told).toEqual(['listed', 'current']);
    expect(lists().map(({ query }) => [query.get('limit'), query.has('continue'), query.has('resourceVersion')])).toEqual([
      ['100', false, false],
      ['200', true, false],
    ]);
    expect(Object.fromEntries(watches()[0]?.query ?? [])).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '1250',
      timeoutSeconds: '450',
    });
  });

  it('tells what changes, and nothing of what it does not keep', async () => {
    put('same');
    put('changed', 1);
    put('gone');
    const some = await following();
    some.changes.length = 0;
    const [same] = [...some.reflector.objects()];
    api.put(CONFIG_MAPS, { name: 'same', namespace: 'a', data: 'x', status: 'another heartbeat' });
    put('changed', 2);
    api.delete(CONFIG_MAPS, 'a/gone');
    put('new');
    await recovery(some);
    expect(some.changes.map(({ key, before, after }) => [key, before?.data, after?.data])).toEqual([
      ['a/changed', 1, 2],
      ['a/gone', 'x', undefined],
      ['a/new', undefined, 'x'],
    ]);
    expect([...some.reflector.objects()][0]).toBe(same);
  });

  it('goes on after the server has ended a watch, from the last bookmark, without a list', async () => {
    const some = await following();
    api.bookmark();
    await clock.until(() => some.reflector.state.kind === 'current');
    await clock.advance(5_000);
    put('n');
    await recovery(some);
    const version = api.objects(CONFIG_MAPS)[0]?.metadata.resourceVersion;
    api.endWatches('ended');
    await clock.until(() => watches().length === 2 && api.watches === 1);
    expect(watches()[1]?.query.get('resourceVersion')).toBe(version);
    expect(lists()).toHaveLength(1);
    expect(some.told).toEqual(['listed', 'current', 'watch ended ended']);
  });

  it('asks for metadata alone where that is enough', async () => {
    put('n');
    await following({ metadataOnly: true });
    expect(api.asked.map(({ accept }) => accept)).toEqual([
      'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
      'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json',
    ]);
  });

  it('can follow a single object of a namespace', async () => {
    put('wanted', 1, 'kube-system');
    put('other', 1, 'kube-system');
    const some = start({ path: '/api/v1/namespaces/kube-system/configmaps?fieldSelector=metadata.name%3Dwanted' });
    await clock.until(() => some.reflector.hasListed);
    expect([...some.reflector.objects()].map(({ key }) => key)).toEqual(['kube-system/wanted']);
    expect(lists()[0]?.query.get('fieldSelector')).toBe('metadata.name=wanted');
  });

  it('does not ask a server that ends each watch at once without a pause', async () => {
    await following();
    let before = clock.nowMs();
    const pauses: number[] = [];
    for (let count = 2; count <= 8; count += 1) {
      api.endWatches('ended');
      await clock.until(() => watches().length === count && api.watches === 1);
      pauses.push(clock.nowMs() - before);
      before = clock.nowMs();
    }
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
    expect(lists()).toHaveLength(1);
  });
});

describe('recovers within ten seconds', () => {
  /** Changes of every kind that nobody can tell. */
  function changeUnseen(): void {
    put('added');
    put('changed', 2);
    api.delete(CONFIG_MAPS, 'a/gone');
    api.put(CONFIG_MAPS, { name: 'recreated', namespace: 'a', data: 'x', metadata: { uid: 'another' } });
  }

  async function beforeFault(): Promise<ReflectorRig> {
    put('changed', 1);
    put('gone');
    put('recreated');
    for (let index = 0; index < 150; index += 1) put(`n${index}`);
    const some = await following();
    await clock.advance(2_000);
    some.changes.length = 0;
    some.told.length = 0;
    return some;
  }

  function changedKeys({ changes }: ReflectorRig): string[] {
    return changes.map(({ key, before, after }) => `${before === undefined ? '+' : after === undefined ? '-' : '~'}${key}`).toSorted();
  }
  const ALL_CHANGES = ['+a/added', '-a/gone', '~a/changed', '~a/recreated'];

  it.each<{ name: string; fault: () => void; forgets?: boolean; told: readonly string[] }>([
    { name: 'a connection that is cut', fault: () => server.kill(), told: ['watch ended connection'] },
    {
      name: 'a history that is gone after a cut, said by the status of the watch',
      fault: () => server.kill(),
      forgets: true,
      told: ['watch ended connection', 'watch ended expired', 'listed'],
    },
    {
      name: 'a history that is gone after a cut, said in the stream',
      fault: () => {
        api.refusesOldWatches = false;
        server.kill();
      },
      forgets: true,
      told: ['watch ended connection', 'watch ended expired', 'listed'],
    },
    {
      name: '410 in the stream',
      fault: () => {
        server.write(`${JSON.stringify({ type: 'ERROR', object: status(410, 'too old').json })}\n`);
        api.endWatches('ended');
      },
      told: ['watch ended expired', 'listed'],
    },
    {
      name: 'another error in the stream',
      fault: () => server.write(`${JSON.stringify({ type: 'ERROR', object: status(500, 'etcd').json })}\n`),
      told: ['broken refused', 'watch ended refused', 'listed', 'current'],
    },
    {
      name: 'an error in the stream without words',
      fault: () => server.write('{"type":"ERROR","object":null}\n'),
      told: ['broken refused', 'watch ended refused', 'listed', 'current'],
    },
    {
      name: 'garbage',
      fault: () => server.write('{"type":"ADDED","obj\n'),
      told: ['broken malformed', 'watch ended malformed', 'listed', 'current'],
    },
    {
      name: 'a value that is no event',
      fault: () => server.write('[1]\n'),
      told: ['broken malformed', 'watch ended malformed', 'listed', 'current'],
    },
    {
      name: 'an event of an unknown type',
      fault: () => server.write('{"type":"RENAMED","object":{"metadata":{"resourceVersion":"5"}}}\n'),
      told: ['broken malformed', 'watch ended malformed', 'listed', 'current'],
    },
    {
      name: 'an event without a version',
      fault: () => server.write('{"type":"DELETED","object":{"metadata":{"name":"n0","namespace":"a"}}}\n'),
      told: ['broken malformed', 'watch ended malformed', 'listed', 'current'],
    },
    {
      name: 'an event of 20 MB',
      fault: () => server.write(`{"type":"ADDED","object":"${'x'.repeat(20_000_000)}"}\n`),
      told: ['broken too-long', 'watch ended too-long', 'listed', 'current'],
    },
    {
      name: 'half an event before a cut',
      fault: () => {
        server.write('{"type":"DELETED","object":{"metadata":{"name":"n0",');
        api.endWatches('ended');
      },
      told: ['watch ended ended'],
    },
    {
      name: '410 to three lists in a row',
      fault: () => {
        api.refuse(CONFIG_MAPS, { kind: 'watch', status: 410, times: 1 });
        api.refuse(CONFIG_MAPS, { kind: 'list', status: 410, times: 3 });
        server.kill();
      },
      told: [],
    },
    {
      name: 'an overloaded server',
      fault: () => {
        api.refuse(CONFIG_MAPS, { kind: 'watch', status: 429, times: 3 });
        server.kill();
      },
      told: ['watch ended connection', 'broken refused', ...Array<string>(3).fill('watch ended refused'), 'current'],
    },
    {
      name: 'a server whose history is younger than what we know',
      fault: () => {
        api.refuse(CONFIG_MAPS, { kind: 'watch', status: 504, times: 1 });
        server.kill();
      },
      told: ['watch ended connection', 'broken refused', 'watch ended refused', 'listed', 'current'],
    },
  ])('from $name', async ({ fault, forgets, told }) => {
    const some = await beforeFault();
    const before = watches().length;
    fault();
    changeUnseen();
    if (forgets) api.compact();
    await clock.until(() => watches().length > before);
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
    expect(changedKeys(some)).toEqual(ALL_CHANGES);
    if (told.length > 0) expect(some.told).toEqual(told);
  });

  it('from a token that expired in the middle of a list', async () => {
    for (let index = 0; index < 150; index += 1) put(`n${index}`);
    api.forgetPagesOnce = true;
    const some = start();
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
    expect(some.told).toEqual(['broken expired', 'list failed expired', 'listed', 'current']);
    expect(some.changes).toHaveLength(150);
    expect(lists().map(({ query }) => query.has('continue'))).toEqual([false, true, false]);
  });

  it('from an outage of a minute', async () => {
    const some = await beforeFault();
    await server.down();
    changeUnseen();
    api.compact();
    const downMs = clock.nowMs();
    await clock.until(() => clock.nowMs() - downMs >= 60_000);
    expect(some.reflector.state).toMatchObject({
      kind: 'broken',
      reason: 'connection',
      why: expect.stringContaining('connection refused'),
    });
    expect(some.changes).toEqual([]);
    await server.up();
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
    expect(changedKeys(some)).toEqual(ALL_CHANGES);
    expect(new Set(some.told)).toEqual(
      new Set(['watch ended connection', 'broken connection', 'watch ended expired', 'listed', 'current']),
    );
  });

  it('from a watch that the server forgets to end', async () => {
    const some = await beforeFault();
    for (const name of ['early', 'late']) {
      await clock.advance(150_000);
      put(name);
      await clock.until(() => agrees(some, api));
    }
    await clock.advance(15_000);
    await clock.until(() => watches().length === 2);
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
    expect(some.told).toEqual(['broken timeout', 'watch ended timeout', 'current']);
  });

  it('from a watch in which nothing comes any more, though nobody ends it', async () => {
    const some = await beforeFault();
    await clock.advance(SILENCE_MS - 1);
    expect(watches()).toHaveLength(1);
    await clock.advance(1);
    await clock.until(() => watches().length === 2);
    expect(watches()[1]?.query.get('resourceVersion')).toBe(watches()[0]?.query.get('resourceVersion'));
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
    expect(some.told).toEqual(['watch ended ended']);
  });
});

describe('what may not be read', () => {
  it('is told once, keeps what is known, and is read as soon as it may be', async () => {
    put('n');
    const some = await following();
    some.told.length = 0;
    api.refuse(CONFIG_MAPS, { kind: 'list', status: 403 });
    api.refuse(CONFIG_MAPS, { kind: 'watch', status: 403 });
    server.kill();
    await clock.until(() => some.told.filter((said) => said === 'list failed forbidden').length === 5);
    expect(some.told.filter((said) => said.startsWith('refused'))).toEqual(['refused forbidden']);
    expect(some.reflector.state).toMatchObject({ kind: 'refused', why: `scripted 403 for ${CONFIG_MAPS}` });
    expect([...some.reflector.objects()]).toHaveLength(1);
    put('m');
    api.allow(CONFIG_MAPS);
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
    expect(some.told.slice(-2)).toEqual(['listed', 'current']);
  });

  it('may be granted after the start', async () => {
    put('n');
    api.refuse(CONFIG_MAPS, { kind: 'list', status: 403 });
    const some = start();
    await clock.until(() => lists().length === 6);
    expect(some.reflector.hasListed).toBe(false);
    api.allow(CONFIG_MAPS);
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
  });

  it('may be a resource that comes later and goes again, with everything in it', async () => {
    api.refuse(CONFIG_MAPS, { kind: 'list', status: 404 });
    const some = start();
    await clock.until(() => some.reflector.state.kind === 'refused');
    expect(some.reflector.state).toMatchObject({ reason: 'missing' });
    put('n');
    api.allow(CONFIG_MAPS);
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
    api.refuse(CONFIG_MAPS, { kind: 'list', status: 404 });
    api.refuse(CONFIG_MAPS, { kind: 'watch', status: 404 });
    server.kill();
    await clock.until(() => some.reflector.state.kind === 'refused');
    expect([...some.reflector.objects()]).toEqual([]);
    expect(some.changes.at(-1)).toMatchObject({ key: 'a/n', after: undefined });
  });

  it('because of a token goes on where it was when the token is right again', async () => {
    put('n');
    const some = await following();
    api.refuse(CONFIG_MAPS, { kind: 'watch', status: 401, times: 3 });
    server.kill();
    await clock.until(() => some.reflector.state.kind === 'refused');
    expect(some.reflector.state).toMatchObject({ reason: 'unauthorized' });
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
    expect(lists()).toHaveLength(1);
  });
});

describe('what is odd', () => {
  it('costs one object only, and is counted', async () => {
    put('good');
    put('odd', 'odd');
    put('unwanted', 'unwanted');
    api.put(CONFIG_MAPS, { name: '', data: 'nameless' });
    const some = await following();
    expect([...some.reflector.objects()].map(({ key }) => key)).toEqual(['a/good']);
    expect(some.told.filter((said) => said === 'unreadable')).toHaveLength(2);
    put('good', 'odd');
    await recovery(some);
    expect([...some.reflector.objects()]).toEqual([]);
    put('good', 'better');
    await recovery(some);
    expect(some.changes.map(({ after }) => after?.data)).toEqual(['x', undefined, 'better']);
    api.delete(CONFIG_MAPS, 'a/unwanted');
    api.delete(CONFIG_MAPS, '/');
    await clock.until(() => some.told.filter((said) => said === 'unreadable').length === 4);
  });

  it('is asked for in smaller pages where pages are too long', async () => {
    for (let index = 0; index < 40; index += 1) put(`n${index}`, 'x'.repeat(100_000));
    const some = await following();
    const limits = lists().map(({ query }) => Number(query.get('limit')));
    expect(limits.slice(0, 3)).toEqual([100, 25, 6]);
    expect(Math.max(...limits.slice(3))).toBeLessThanOrEqual(7);
    expect(some.told).toEqual(['listed', 'current']);
  });

  it('is said when a single object is too long', async () => {
    put('n', 'x'.repeat(1_100_000));
    const some = start();
    await clock.until(() => some.reflector.state.kind === 'broken');
    expect(some.reflector.state).toMatchObject({ reason: 'too-long', why: expect.stringContaining('longer than 1000000 bytes') });
    api.delete(CONFIG_MAPS, 'a/n');
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
  });

  it('is refused when there are more objects than are kept', async () => {
    for (let index = 0; index < 10; index += 1) put(`n${index}`);
    const some = await following({ maxObjects: 10 });
    put('n10');
    await clock.until(() => some.told.includes('list failed over-limit'));
    expect(some.reflector.state).toMatchObject({ kind: 'broken', why: expect.stringContaining('there are more than 10; watch fewer') });
    api.delete(CONFIG_MAPS, 'a/n10');
    expect(await recovery(some)).toBeLessThanOrEqual(RECOVERY_MS);
  });
});

it('stops at any time', async () => {
  put('n');
  for (const isTime of [() => lists().length > 0, () => api.watches === 1]) {
    const some = start();
    await clock.until(isTime);
    await some.stop();
    api.asked.length = 0;
    await clock.until(() => api.watches === 0);
  }
  api.refuse(CONFIG_MAPS, { kind: 'list', status: 403 });
  const some = start();
  await clock.until(() => some.reflector.state.kind === 'refused');
  await some.stop();
  const { told } = some;
  await clock.advance(60_000);
  expect(told.filter((said) => said === 'list failed forbidden')).toHaveLength(1);
});

it('notes failures for an observer too that wants to hear of states alone', async () => {
  const states: string[] = [];
  api.refuse(CONFIG_MAPS, { kind: 'list', status: 403 });
  const reflector = new Reflector<object>({
    client,
    clock,
    path: CONFIG_MAPS,
    metadataOnly: false,
    trim: (object) => object,
    observer: { changed: () => {}, stateChanged: ({ kind }) => states.push(kind) },
  });
  const stop = new AbortController();
  const running = reflector.run(stop.signal);
  await clock.until(() => states.length === 1);
  api.allow(CONFIG_MAPS);
  await clock.until(() => states.length === 2 && api.watches === 1);
  api.refuse(CONFIG_MAPS, { kind: 'watch', status: 403 });
  api.endWatches('killed');
  await clock.until(() => states.length >= 3);
  stop.abort();
  await running;
  expect(states.slice(0, 3)).toEqual(['refused', 'current', 'refused']);
});
