// Certificates that others renew while we serve.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { certificateFiles } from '../../src/tls/certificate-files.ts';
import { type Logged, recordingLog } from '../app/support/log.ts';
import { type Made, make } from '../auth/support/authority.ts';

const [first, second] = await Promise.all([make(), make({ untilMs: 2 * 24 * 3_600_000 })]);

async function files() {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-tls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const certFile = join(folder, 'tls.crt');
  const keyFile = join(folder, 'tls.key');
  const clock = new VirtualClock(Date.now());
  const lines: Logged[] = [];
  const watched = certificateFiles({ certFile, keyFile, clock, log: recordingLog(lines) });
  const put = async ({ certPem, keyPem }: Pick<Made, 'certPem' | 'keyPem'>): Promise<void> => {
    await Promise.all([writeFile(certFile, certPem), writeFile(keyFile, keyPem)]);
  };
  return { ...watched, put, clock, lines, certFile, keyFile };
}

/** A look at the files takes as long as the disk does, which no virtual clock moves. */
async function untilTold(count: number, told: readonly unknown[], clock: VirtualClock): Promise<void> {
  await expect
    .poll(async () => {
      await clock.advance(10_000);
      return told.length;
    })
    .toBeGreaterThanOrEqual(count);
}

it('reads them, and names them when they cannot be used', async () => {
  const { read, put, clock, certFile, keyFile } = await files();
  await expect(read()).rejects.toThrow(`cannot read tls_cert_file`);
  await put({ certPem: first.certPem, keyPem: second.keyPem });
  await clock.advance(2_000);
  const message = /^cannot serve with tls_cert_file ".+" and tls_key_file ".+": the key is not that of the certificate "CN=somebody"/;
  await expect(read()).rejects.toThrow(message);
  expect([certFile.endsWith('tls.crt'), keyFile.endsWith('tls.key')]).toEqual([true, true]);
  await put(first);
  await clock.advance(2_000);
  expect(await read()).toMatchObject({ certPem: first.certPem, keyPem: first.keyPem });
});

it('hands a renewed one on, and nothing while they stand still', async () => {
  const { read, follow, put, clock, lines } = await files();
  await put(first);
  await read();
  const used: string[] = [];
  const stop = new AbortController();
  const ended = follow(({ certPem }) => void used.push(certPem), stop.signal);
  for (let round = 0; round < 5; round += 1) await clock.advance(10_000);
  expect(used).toEqual([]);
  await put(second);
  await untilTold(1, used, clock);
  expect(used).toEqual([second.certPem]);
  stop.abort();
  await ended;
  expect(lines.map(({ said }) => said)).toEqual(['info serving certificate renewed']);
});

it('keeps the last one while the files are wrong, and says so once', async () => {
  const { read, follow, put, clock, lines } = await files();
  await put(first);
  await read();
  const used: string[] = [];
  const stop = new AbortController();
  const ended = follow(({ certPem }) => void used.push(certPem), stop.signal);
  await put({ certPem: second.certPem, keyPem: first.keyPem });
  await untilTold(1, lines, clock);
  for (let round = 0; round < 5; round += 1) await clock.advance(10_000);
  expect([used, lines.map(({ said }) => said)]).toEqual([[], ['error serving certificate not renewed; the last one stays']]);
  await put(second);
  await untilTold(1, used, clock);
  expect(used).toEqual([second.certPem]);
  stop.abort();
  await ended;
});

it('goes on when the one who takes it cannot, and ends at once when stopped', async () => {
  const { read, follow, put, clock, lines } = await files();
  await put(first);
  await read();
  const stop = new AbortController();
  const ended = follow(() => {
    throw new Error('no');
  }, stop.signal);
  await put(second);
  await untilTold(1, lines, clock);
  expect(lines.map(({ fields }) => fields['why'])).toEqual(['no']);
  stop.abort();
  await ended;
});
