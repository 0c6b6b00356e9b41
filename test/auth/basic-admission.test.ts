// One user name and a password from a file: who is let in, what is said and counted, and the file over time.
import { rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBasicAdmission } from '../../src/auth/basic-admission.ts';
import { authTelemetry } from '../../src/auth/telemetry.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { configFile } from '../app/support/config-file.ts';
import { type Logged, recordingLog } from '../app/support/log.ts';
import { settle } from './support/settle.ts';
import { keptMeter } from './support/world.ts';

const REFUSED = {
  kind: 'refused',
  code: 401,
  message: 'Unauthorized: give the user name and the password of telemetry.basic_auth',
  challenge: 'Basic realm="plimsoll", charset="UTF-8"',
};
const socket = new Socket();

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;

async function open({ password = 'pass', username = 'prometheus' } = {}) {
  const passwordFile = join(dirname((await configFile('')).path), 'password');
  await writeFile(passwordFile, password);
  const clock = new VirtualClock();
  const lines: Logged[] = [];
  const { meter, values } = keptMeter();
  const admission = createBasicAdmission({ username, passwordFile, clock, log: recordingLog(lines), telemetry: authTelemetry(meter) });
  const ask = (authorization?: string | readonly string[], { target = '/metrics', method = 'GET' } = {}) => {
    const values = authorization === undefined ? [] : [authorization].flat();
    return admission.admit({ method, target, rawHeaders: values.flatMap((value) => ['Authorization', value]), socket });
  };
  return { ...admission, ask, clock, lines, values, passwordFile };
}

describe('a request', () => {
  it.each<[string, string]>([
    ['pass', 'pass'],
    ['pass\n', 'pass'],
    ['with: colons', 'with: colons'],
    ['Blümchen', 'Blümchen'],
  ])('with the password of the file is let in: %j', async (password, said) => {
    const { read, ask } = await open({ password });
    await read();
    expect(await ask(basic(`prometheus:${said}`))).toEqual({ kind: 'admitted', user: 'prometheus' });
    expect(await ask(basic(`prometheus:${said}`).replace('Basic', 'bAsIc'))).toEqual({ kind: 'admitted', user: 'prometheus' });
  });

  it.each<[string, string | readonly string[] | undefined]>([
    ['nothing', undefined],
    ['another password', basic('prometheus:pass1')],
    ['a part of the password', basic('prometheus:pas')],
    ['no password', basic('prometheus:')],
    ['another user', basic('Prometheus:pass')],
    ['the parts the other way round', basic('pass:prometheus')],
    ['a colon too many', basic('prometheus::pass')],
    ['no base64', 'Basic prometheus:pass'],
    ['the scheme alone', 'Basic'],
    ['another scheme', `Bearer ${basic('prometheus:pass').slice('Basic '.length)}`],
    ['the right one twice', [basic('prometheus:pass'), basic('prometheus:pass')]],
    ['the right one after another', [basic('prometheus:none'), basic('prometheus:pass')]],
  ])('with %s is refused, and told how to ask', async (_, authorization) => {
    const { read, ask } = await open();
    await read();
    expect(await ask(authorization)).toEqual(REFUSED);
  });

  it('for health needs nothing, whatever it shows', async () => {
    const { ask } = await open();
    const anonymous = { kind: 'admitted', user: 'system:anonymous' };
    expect(await ask(undefined, { target: '/readyz?verbose' })).toEqual(anonymous);
    expect(await ask(basic('a:b'), { target: '/livez', method: 'HEAD' })).toEqual(anonymous);
    expect(await ask(undefined, { target: '/livez', method: 'POST' })).toEqual(REFUSED);
    expect(await ask(undefined, { target: '/livez/x' })).toEqual(REFUSED);
  });

  it('is refused before the file was read', async () => {
    const { ask } = await open();
    expect([await ask(basic('prometheus:pass')), await ask(basic(':')), await ask(basic(''))]).toEqual([REFUSED, REFUSED, REFUSED]);
  });

  it('is counted', async () => {
    const { read, ask, values } = await open();
    await read();
    const right = basic('prometheus:pass');
    for (const said of [undefined, 'Bearer a', basic('a:b'), basic('a:c'), [right, right], right]) await ask(said);
    expect(Object.fromEntries(values)).toEqual({
      'plimsoll_authentication_settings_readable{telemetry-password}': 1,
      'plimsoll_authentication_attempts_total{none,refused}': 2,
      'plimsoll_authentication_attempts_total{basic,refused}': 3,
      'plimsoll_authentication_attempts_total{basic,success}': 1,
    });
  });

  it('property: is let in by nothing but the right credentials', async () => {
    const { read, ask } = await open();
    await read();
    const close = fc.constantFrom('prometheus:pass', 'prometheus', ':', 'pass', '\0', ' ');
    const credentials = fc.array(fc.oneof(close, fc.string({ maxLength: 4 })), { maxLength: 4 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(credentials, async (text) => {
        expect((await ask(basic(text))).kind).toBe(text === 'prometheus:pass' ? 'admitted' : 'refused');
      }),
    );
  });
});

describe('the file', () => {
  it.each([
    ['', 'cannot use telemetry.basic_auth.password_file: the file is empty; put the secret alone in it'],
    [
      'one\ntwo',
      'cannot use telemetry.basic_auth.password_file: the file holds more than one line of plain characters; put the secret alone in it',
    ],
  ])('%j is refused at the start', async (password, message) => {
    await expect((await open({ password })).read()).rejects.toThrow(new Error(message));
  });

  it('is followed; while it cannot be used the last password stays, which is said once', async () => {
    const one = await open();
    await one.read();
    const stop = new AbortController();
    const ended = one.follow(stop.signal);
    const kindOf = async (password: string) => (await one.ask(basic(`prometheus:${password}`))).kind;
    const pass = (isDone: () => Promise<boolean>) =>
      settle(async () => {
        await one.clock.advance(2_000);
        return isDone();
      });
    const readable = () => one.values.get('plimsoll_authentication_settings_readable{telemetry-password}');

    await writeFile(one.passwordFile, 'second');
    await pass(async () => (await kindOf('second')) === 'admitted');
    expect(await kindOf('pass')).toBe('refused');
    await rm(one.passwordFile);
    await pass(async () => readable() === 0);
    for (let round = 0; round < 5; round += 1) await pass(async () => true);
    expect(await kindOf('second')).toBe('admitted');
    expect(one.lines).toEqual([
      {
        said: 'error password of telemetry not read; the last one stays',
        fields: { why: expect.stringMatching(/^cannot read telemetry\.basic_auth\.password_file ".*": no such file;/) },
      },
    ]);
    await writeFile(one.passwordFile, 'third');
    await pass(async () => (await kindOf('third')) === 'admitted');
    expect(readable()).toBe(1);
    expect(JSON.stringify(one.lines)).not.toMatch(/second|third/);
    stop.abort();
    await ended;
  });
});
