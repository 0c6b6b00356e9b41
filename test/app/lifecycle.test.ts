// How a server opens, follows its file, and stops: at once, whatever its targets and clients do.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Server } from '../../src/app/server.ts';
import { type Settings, settingsOfFile } from '../../src/app/settings.ts';
import { fileVersion } from '../../src/config/load.ts';
import { configFile } from './support/config-file.ts';
import { ask, askPod, EPHEMERAL, type LogLine, openPlimsoll, runPlimsoll, tritonSettings } from './support/server.ts';
import { closedPort, hangs, says, serve, tritonText } from './support/targets.ts';
import { timed, until } from './support/wait.ts';

const STOPPED_WITHIN_MS = 5000;

afterEach(() => {
  vi.useRealTimers();
});

/** What the log says of the server itself. */
function stages(logged: readonly LogLine[]): string[] {
  return logged.filter(({ target }) => target === undefined).map(({ msg }) => msg);
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** A client that has had an answer and keeps its connection. */
async function keptAlive(socket: Socket): Promise<Socket> {
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  socket.write('GET /apis HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  return socket;
}

async function refuses(url: string): Promise<boolean> {
  const [error] = await once(connect(portOf(url), '127.0.0.1'), 'error').catch((reason: unknown) => [reason]);
  return error instanceof Error;
}

describe('stop', () => {
  it('ends while a scrape hangs and clients hold their connections, and in order', async () => {
    const asked = Promise.withResolvers<void>();
    const { port } = await serve(() => asked.resolve());
    const { server, logged, stop } = await runPlimsoll(tritonSettings([{ name: 'hanging', port }]));
    await asked.promise;
    const clients = [
      await keptAlive(connect(portOf(server.telemetryUrl), '127.0.0.1')),
      await keptAlive(connectTls({ port: portOf(server.metricsApiUrl), host: '127.0.0.1', rejectUnauthorized: false })),
    ];
    const cut = Promise.all(clients.map((client) => once(client, 'close')));
    await timed(stop(), STOPPED_WITHIN_MS);
    await cut;
    expect(stages(logged)).toEqual(['listening', 'stopping', 'stopped']);
    await expect(ask(server.telemetryUrl)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('says so at once and goes on answering and scraping for the delay, then ends', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    let scrapes = 0;
    const { port } = await serve((request, response) => {
      scrapes += 1;
      says(tritonText(7))(request, response);
    });
    const delay = { path: ['shutdown_delay'], value: '20s' };
    const { server, logged } = await openPlimsoll(tritonSettings([{ name: 'good', port }], [delay]));
    const stop = new AbortController();
    let hasEnded = false;
    const ended = server.run(stop.signal).then(() => {
      hasEnded = true;
    });
    const readiness = async (): Promise<string> => (await ask(`${server.telemetryUrl}/readyz?verbose`)).body;
    const answer = (): Promise<number | undefined> =>
      askPod(server, { pod: 'good', metric: 'triton_pending_requests' }).then(({ code }) => code);
    await until('the first answer', async () => (await answer()) === 200 || undefined);
    expect(await readiness()).toContain('[+] serving: questions are answered');

    stop.abort();
    expect(await readiness()).toContain('[-] serving: stopping');
    expect((await ask(`${server.telemetryUrl}/livez`)).code).toBe(200);
    const before = scrapes;
    await vi.advanceTimersByTimeAsync(19_000);
    await until('another scrape', () => scrapes > before || undefined);
    expect([await answer(), hasEnded]).toEqual([200, false]);
    await vi.advanceTimersByTimeAsync(1000);
    await ended;
    expect(stages(logged)).toEqual(['listening', 'a stop was asked for: no longer ready, still answering', 'stopping', 'stopped']);
    expect([await refuses(server.metricsApiUrl), await refuses(server.telemetryUrl)]).toEqual([true, true]);
  });

  it('does not wait for the delay when a loop throws', async () => {
    const { server, logged } = await openPlimsoll(tritonSettings([], [{ path: ['shutdown_delay'], value: '1h' }]));
    const boom = new Error('boom');
    vi.spyOn(server.plimsoll.scraper, 'start').mockRejectedValue(boom);
    await expect(timed(server.run(new AbortController().signal), STOPPED_WITHIN_MS)).rejects.toBe(boom);
    expect(stages(logged)).toEqual(['listening', 'stopping', 'stopped']);
  });

  it('counts a scrape that it took back as none', async () => {
    const { port } = await serve(hangs);
    const { server, stop } = await runPlimsoll(tritonSettings([{ name: 'hanging', port }]));
    await stop();
    expect([...server.plimsoll.scraper.book.all()].map(({ consecutiveFailures }) => consecutiveFailures)).toEqual([0]);
  });

  it('before the first scrape ends too', async () => {
    const { server } = await openPlimsoll(tritonSettings([]));
    await timed(server.run(AbortSignal.abort()), STOPPED_WITHIN_MS);
    await expect(ask(server.telemetryUrl)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a loop that throws', () => {
  it.each([
    { name: 'of the scraper', break: ({ plimsoll }: Server, error: Error) => vi.spyOn(plimsoll.scraper, 'start').mockRejectedValue(error) },
    {
      name: 'of the sweep',
      break: ({ plimsoll }: Server, error: Error) =>
        vi.spyOn(plimsoll.ingest, 'sweep').mockImplementation(() => {
          throw error;
        }),
    },
  ])('$name ends the run with its error, and everything else with it', async ({ break: breakLoop }) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { port } = await serve(says(tritonText(1)));
    const { server, logged } = await openPlimsoll(tritonSettings([{ name: 'good', port }]));
    const boom = new Error('boom');
    breakLoop(server, boom);
    const ended = expect(server.run(new AbortController().signal)).rejects.toBe(boom);
    await vi.advanceTimersByTimeAsync(10_000);
    await ended;
    expect(stages(logged)).toEqual(['listening', 'stopping', 'stopped']);
    expect(await refuses(server.metricsApiUrl)).toBe(true);
    expect(await refuses(server.telemetryUrl)).toBe(true);
    const attempts = (): unknown => [...server.plimsoll.scraper.book.all()].map(({ lastAttemptMs }) => lastAttemptMs);
    const last = attempts();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(attempts()).toEqual(last);
  });
});

describe('open', () => {
  it('leaves nothing open when the second address is in use', async () => {
    const busy = await serve(hangs);
    const firstPort = await closedPort();
    const settings = tritonSettings(
      [],
      [
        { path: ['metrics_api', 'listen'], value: `127.0.0.1:${firstPort}` },
        { path: ['telemetry', 'listen'], value: `127.0.0.1:${busy.port}` },
      ],
    );
    await expect(openPlimsoll(settings)).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^cannot listen on 127\.0\.0\.1:\d+: the port is in use; .* --telemetry-listen HOST:PORT$/),
    });
    expect(await refuses(`https://127.0.0.1:${firstPort}`)).toBe(true);
  });

  it('with a certificate for its address, valid for clocks that are behind too', async () => {
    const { server, stop } = await runPlimsoll(tritonSettings([]));
    const client = connectTls({ port: portOf(server.metricsApiUrl), host: '127.0.0.1', rejectUnauthorized: false });
    await once(client, 'secureConnect');
    const { subjectaltname, valid_from } = client.getPeerCertificate();
    client.destroy();
    await stop();
    expect(subjectaltname).toBe('DNS:localhost, IP Address:127.0.0.1');
    expect(Date.now() - Date.parse(valid_from)).toBeGreaterThan(30 * 60_000);
  });
});

describe('the file that it follows', () => {
  it('brings targets in force, names what waits for the next start, and does no harm when it is wrong', async () => {
    const { port } = await serve(hangs);
    const job = (name: string, rest = ''): string =>
      `scrape_configs:\n  - job_name: ${name}\n    static_configs:\n      - targets: ["127.0.0.1:${port}"]\n${rest}`;
    const file = await configFile(job('one'));
    const read = (): Promise<Settings> => settingsOfFile(file.path, EPHEMERAL);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { server, logged, stop } = await runPlimsoll(await read(), {
      follow: { file: file.path, version: await fileVersion(file.path), read },
    });
    const jobs = (): string => [...server.plimsoll.scraper.book.all()].map(({ target }) => target.job).join(' ');
    const untilSaid = (msg: string): Promise<LogLine> =>
      until(msg, async () => {
        await vi.advanceTimersByTimeAsync(1000);
        return logged.find((line) => line.msg === msg);
      });
    await until('the watch', async () => (await gauge(server)) === 1 || undefined);
    expect(jobs()).toBe('one');

    await file.write(job('two', 'retention: 10m\nlog:\n  level: debug\n'));
    const kept = await untilSaid('some settings change at the next start only');
    expect(kept).toMatchObject({ level: 'warn', settings: ['retention'] });
    expect(jobs()).toBe('two');
    server.log.debug({}, 'while the level is debug');

    await file.write(job('three'));
    await until('the third target', async () => {
      await vi.advanceTimersByTimeAsync(1000);
      return jobs() === 'three' || undefined;
    });
    expect(logged.filter(({ settings }) => settings !== undefined)).toEqual([kept]);
    server.log.debug({}, 'while the level is info');
    expect(logged.filter(({ msg }) => msg.startsWith('while')).map(({ msg }) => msg)).toEqual(['while the level is debug']);

    await file.write('scrape_configs: 5\n');
    expect(await untilSaid('configuration not reloaded, the previous one stays in force')).toMatchObject({ level: 'error' });
    expect(jobs()).toBe('three');
    await until('the gauge', async () => (await gauge(server)) === 0 || undefined);
    await stop();
  });
});

/** Whether the last reload succeeded, once the watch has begun. */
async function gauge({ telemetryUrl }: Server): Promise<number | undefined> {
  const { body } = await ask(`${telemetryUrl}/metrics`);
  const said = /^plimsoll_config_last_reload_successful (?<value>[01])$/m.exec(body)?.groups?.['value'];
  return said === undefined ? undefined : Number(said);
}
