import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type KubeClient, KubeUnreachable } from '../../../src/lib/kube/client.ts';
import { serveHttp } from '../../scrape/support/loopback.ts';
import { type Answer, failureOf, never, useClientRig } from './support/client-rig.ts';
import { clientOf } from './support/kubeconfig.ts';

const rig = useClientRig();

describe('a watch', () => {
  async function eventsOf(client: KubeClient, signal = never): Promise<unknown[]> {
    const events: unknown[] = [];
    for await (const event of client.watch({ path: '/w', signal })) events.push(event);
    return events;
  }

  it('gives one value a line, however the lines are cut, and tells when it is open', async () => {
    const text = '{"a":"ü1"}\n\n{"b":2}\r\n{"c":3}\nrest';
    const client = await rig.clientFor(async (_, response) => {
      for (const byte of Buffer.from(text)) {
        if (!response.write(Buffer.from([byte]))) await once(response, 'drain');
      }
      response.end();
    });
    const told: unknown[] = [];
    for await (const event of client.watch({ path: '/w', signal: never, opened: () => void told.push('open') })) told.push(event);
    expect(told).toEqual(['open', { a: 'ü1' }, { b: 2 }, { c: 3 }]);
  });

  it.each<{ name: string; answer: Answer; reason: string; says: string }>([
    { name: 'what is no JSON', answer: (_, response) => response.end('{"a":1}\n{"b":\n'), reason: 'malformed', says: 'it is no JSON' },
    {
      name: 'an event that is too long, long before its end',
      answer: (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(1_000)));
        };
        response.on('drain', more);
        more();
      },
      reason: 'too-long',
      says: 'cannot read an event of the watch /w: it is longer than 5000 bytes; no object should be',
    },
    {
      name: 'a connection that is cut',
      answer: (_, response) => {
        response.write('{"a":1}\n', () => response.destroy());
      },
      reason: 'connection',
      says: 'the connection was closed',
    },
  ])('breaks at $name', async ({ answer, reason, says }) => {
    const error = await failureOf(eventsOf(await rig.clientFor(answer, { eventBytes: 5_000 })));
    expect(error).toMatchObject({ reason, message: expect.stringContaining(says) });
  });

  it.each([
    { name: 'a Status', body: '{"kind":"Status","message":"pods is forbidden\\nhere"}', says: 'pods is forbidden here' },
    { name: 'anything else', body: '<html>', says: 'status 403' },
    { name: 'a long message', body: JSON.stringify({ message: 'x'.repeat(1_000) }), says: `${'x'.repeat(299)}…` },
    { name: 'an endless text', body: 'x'.repeat(1_000_000), says: 'status 403' },
  ])('that is refused with $name throws a KubeRefused', async ({ body, says }) => {
    const client = await rig.clientFor((_, response) => response.writeHead(403).end(body));
    await expect(eventsOf(client)).rejects.toMatchObject({ name: 'KubeRefused', status: 403, message: says });
  });

  it('ends with its signal, before and after it is open, and when nobody wants more', async () => {
    const closed: Promise<unknown>[] = [];
    const client = await rig.clientFor((_, response) => {
      closed.push(once(response, 'close'));
      response.write('{}\n');
    });
    const controller = new AbortController();
    const events = client.watch({ path: '/w', signal: controller.signal });
    await events.next();
    controller.abort();
    expect((await failureOf(events.next())).reason).toBe('aborted');
    expect((await failureOf(eventsOf(client, AbortSignal.abort()))).reason).toBe('aborted');
    for await (const event of client.watch({ path: '/w', signal: never })) {
      expect(event).toEqual({});
      break;
    }
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
  });

  it('has to be agreed to in time, and may then last', async () => {
    const asked: ServerResponse[] = [];
    let isAsked = Promise.withResolvers<void>();
    const client = await rig.clientFor(
      (_, response) => {
        asked.push(response);
        isAsked.resolve();
      },
      { requestMs: 5_000, silenceMs: 1_000_000 },
    );
    const late = failureOf(eventsOf(client));
    await isAsked.promise;
    await rig.clock.advance(5_000);
    expect((await late).reason).toBe('timeout');
    isAsked = Promise.withResolvers();
    const lasting = client.watch({ path: '/w', signal: never });
    const first = lasting.next();
    await isAsked.promise;
    asked[1]?.write('{"n":1}\n');
    await first;
    await rig.clock.advance(600_000);
    asked[1]?.end('{"n":2}\n');
    expect((await lasting.next()).value).toEqual({ n: 2 });
  });

  it('ends when nothing came for long, counted from what came last', async () => {
    let response: ServerResponse | undefined;
    const client = await rig.clientFor((_, asked) => {
      response = asked;
      asked.write('{"n":1}\n');
    });
    const events = client.watch({ path: '/w', signal: never });
    await events.next();
    await rig.clock.advance(89_000);
    response?.write('{"n":2}\n');
    expect(await events.next()).toEqual({ done: false, value: { n: 2 } });
    await rig.clock.advance(89_999);
    response?.write('{"n":3}\n');
    expect(await events.next()).toEqual({ done: false, value: { n: 3 } });
    const last = events.next();
    await rig.clock.advance(90_000);
    expect(await last).toEqual({ done: true, value: undefined });
  });
});

it('ends every connection when it is closed', async () => {
  const server = rig.kept(await serveHttp((_, response) => void response.write('{}\n')));
  const client = await clientOf({ server: `http://127.0.0.1:${server.port}` }, { clock: rig.clock });
  const events = client.watch({ path: '/w', signal: never });
  await events.next();
  await client.close();
  await expect(events.next()).rejects.toBeInstanceOf(KubeUnreachable);
});
