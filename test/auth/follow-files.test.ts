// Authorities from files over time: there, renewed, half written, gone.
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { followFiles } from '../../src/auth/follow-files.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { configFile } from '../app/support/config-file.ts';
import { type Logged, recordingLog } from '../app/support/log.ts';
import { authority } from './support/authority.ts';
import { settle } from './support/settle.ts';

const [one, other] = await Promise.all([authority('one'), authority('other')]);

const SAID = {
  allowedNames: ['front-proxy-client'],
  userHeaders: ['X-Remote-User'],
  uidHeaders: ['X-Remote-Uid'],
  groupHeaders: ['X-Remote-Group'],
  extraPrefixes: ['X-Remote-Extra-', ''],
};

async function follow({ clients, proxies }: { readonly clients?: string; readonly proxies?: string }) {
  const folder = dirname((await configFile('')).path);
  const [clientsFile, proxiesFile] = [join(folder, 'clients.crt'), join(folder, 'proxies.crt')];
  if (clients !== undefined) await writeFile(clientsFile, clients);
  if (proxies !== undefined) await writeFile(proxiesFile, proxies);
  const clock = new VirtualClock();
  const lines: Logged[] = [];
  const looks: boolean[] = [];
  const followed = followFiles({
    files: {
      clients: clients === undefined ? undefined : { option: 'client_ca_file', path: clientsFile },
      proxies: proxies === undefined ? undefined : { option: 'requestheader_client_ca_file', path: proxiesFile },
      said: SAID,
    },
    clock,
    log: recordingLog(lines),
    readable: (isReadable) => void looks.push(isReadable),
  });
  const stop = new AbortController();
  const changed = vi.fn();
  const ended = followed.follow(changed, stop.signal);
  /** One more look has been done. */
  const look = async (): Promise<void> => {
    const before = looks.length;
    await settle(async () => {
      if (looks.length === before) await clock.advance(before === 0 ? 0 : 2_000);
      return looks.length > before;
    });
  };
  const subjects = () => followed.current()?.clientAuthorities.map(({ x509 }) => x509.subject);
  return { ...followed, lines, looks, changed, stop, ended, look, subjects, clientsFile, proxiesFile };
}

const READ = { ok: true, why: 'the files of authorities are read' };

it('are read at the start, with the headers that are said', async () => {
  const { state, look, current, subjects, changed, lines } = await follow({ clients: one.certPem, proxies: other.certPem });
  expect([subjects(), state()]).toEqual([undefined, { ok: false, why: 'it was not read yet' }]);
  await look();
  expect([subjects(), state(), changed.mock.calls.length]).toEqual([['CN=one'], READ, 0]);
  expect(current()).toMatchObject({
    frontProxy: {
      authorities: [{ x509: { subject: 'CN=other' } }],
      allowedNames: ['front-proxy-client'],
      userHeaders: ['x-remote-user'],
      uidHeaders: ['x-remote-uid'],
      groupHeaders: ['x-remote-group'],
      extraPrefixes: ['x-remote-extra-'],
    },
    problems: [],
  });
  expect(lines.map(({ said }) => said)).toEqual(['info authentication settings read']);
});

it.each([
  [{ clients: one.certPem }, 1, 0],
  [{ proxies: one.certPem }, 0, 1],
])('trust nobody by a file that is not given', async (files, clients, proxies) => {
  const { look, current } = await follow(files);
  await look();
  expect([current()?.clientAuthorities.length, current()?.frontProxy.authorities.length]).toEqual([clients, proxies]);
});

it('are followed, and the same while nothing changes', async () => {
  const { look, current, subjects, changed, clientsFile } = await follow({ clients: one.certPem });
  await look();
  const first = current();
  await look();
  expect([current() === first, changed.mock.calls.length]).toEqual([true, 0]);
  await writeFile(clientsFile, other.certPem + one.certPem);
  await look();
  expect([subjects(), changed.mock.calls.length]).toEqual([['CN=other', 'CN=one'], 1]);
});

it.each<[string, (file: string) => Promise<void>, RegExp]>([
  ['gone', (file) => rm(file), /^cannot read client_ca_file ".*": no such file; create the file or correct client_ca_file$/],
  ['empty', (file) => writeFile(file, ''), /^cannot use client_ca_file ".*": it holds no certificate in PEM$/],
  [
    'half written',
    (file) => writeFile(file, one.certPem.slice(0, 200)),
    /^cannot use client_ca_file ".*": it holds no certificate in PEM$/,
  ],
])('are kept while a file is %s', async (_, spoil, why) => {
  const { look, state, subjects, changed, looks, lines, clientsFile } = await follow({ clients: one.certPem });
  await look();
  await spoil(clientsFile);
  await look();
  await look();
  expect([subjects(), looks.at(-1), changed.mock.calls.length]).toEqual([['CN=one'], false, 0]);
  expect(state()).toEqual({ ok: true, why: expect.stringMatching(/^the settings read before are kept: cannot/) });
  const errors = lines.filter(({ said }) => said === 'error authentication settings not read');
  expect(errors.map(({ fields }) => fields)).toEqual([{ why: expect.stringMatching(why), kept: true }]);
  await writeFile(clientsFile, other.certPem);
  await look();
  expect([subjects(), state(), changed.mock.calls.length]).toEqual([['CN=other'], READ, 1]);
});

it('trust an authority of both files in neither, and say so', async () => {
  const { look, current, lines } = await follow({ clients: one.certPem + other.certPem, proxies: other.certPem });
  await look();
  expect(current()).toMatchObject({ clientAuthorities: [{ x509: { subject: 'CN=one' } }], frontProxy: { authorities: [] } });
  expect(lines[0]?.fields).toEqual({
    problem:
      'cannot trust the authority "CN=other": it is in client_ca_file and in requestheader_client_ca_file, so every client of it could pass for anybody; give requestheader_client_ca_file an authority of its own',
  });
});

it('are no longer followed once stopped', async () => {
  const { look, stop, ended, looks } = await follow({ clients: one.certPem });
  await look();
  stop.abort();
  await ended;
  expect(looks).toEqual([true]);
});
