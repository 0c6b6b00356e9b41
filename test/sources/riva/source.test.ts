// Targets that are probed: the configuration's way to them, their series and warnings, and files that are renewed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Settings, settingsOf } from '../../../src/app/settings.ts';
import { createTargetSource } from '../../../src/app/target-source.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { silentLog } from '../../../src/model/log.ts';
import { createRivaSource } from '../../../src/sources/riva/source.ts';
import { createFeed, targetAt } from '../../app/support/feed.ts';
import { makeCertificates } from './support/certificates.ts';
import { closedPort, serveGrpc } from './support/servers.ts';

const made = await makeCertificates();

function settingsFor(port: number, job: Readonly<Record<string, unknown>> = {}): Settings {
  const target = { targets: [`127.0.0.1:${port}`], labels: { pod: 'riva-0' } };
  return settingsOf('the test', [
    { path: ['scrape_configs'], value: [{ job_name: 'riva', source: 'riva', static_configs: [target], ...job }] },
  ]);
}

async function read(
  settings: Settings,
  fetch = createRivaSource({ config: settings.config, clock: systemClock() }).fetch,
): Promise<string> {
  const result = await fetch(targetAt(settings.targets, 0), AbortSignal.timeout(20_000));
  return result.kind === 'body' ? Buffer.from(result.bytes).toString() : `failed: ${result.error.message}`;
}

/** Without comments, and without the digits of times. */
function samplesOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.replace(/(_seconds) [\d.e+-]+$/, '$1 T'));
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'plimsoll-riva-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

it('says what a plaintext server says, and nothing of certificates', async () => {
  const settings = settingsFor(await serveGrpc({ health: { '': 'SERVING', tts: 'NOT_SERVING' } }), { riva: { services: ['', 'tts'] } });
  expect(samplesOf(await read(settings))).toEqual([
    'riva_reachable 1',
    'riva_probe_result_info{reason="not-serving"} 1',
    'riva_serving 1',
    'riva_serving{grpc_service="tts"} 0',
    'riva_connect_seconds T',
    'riva_first_call_seconds T',
  ]);
});

it('says of a server that is down that it is, and leaves out the rest', async () => {
  expect(samplesOf(await read(settingsFor(await closedPort())))).toEqual([
    'riva_reachable 0',
    'riva_probe_result_info{reason="refused"} 1',
  ]);
});

it('leaves out whether it serves where it does not say', async () => {
  const said = samplesOf(await read(settingsFor(await serveGrpc({ health: undefined }))));
  expect(said.slice(0, 2)).toEqual(['riva_reachable 1', 'riva_probe_result_info{reason="health-unimplemented"} 1']);
  expect(said.some((line) => line.startsWith('riva_serving'))).toBe(false);
});

it('uses tls_config, and files that are renewed from the next probe but one on', async () => {
  const path = await folder();
  const port = await serveGrpc({ tls: { own: made.good, clientRoot: made.root } });
  const tlsConfig = {
    ca_file: join(path, 'ca.pem'),
    cert_file: join(path, 'tls.crt'),
    key_file: join(path, 'tls.key'),
    server_name: 'localhost',
  };
  const settings = settingsFor(port, { scheme: 'https', tls_config: tlsConfig });
  const clock = new VirtualClock(systemClock().nowMs());
  const { fetch } = createRivaSource({ config: settings.config, clock });
  expect(await read(settings, fetch)).toMatch(/^failed: cannot read tls_config.ca_file ".+": no such file; /);

  await writeFile(tlsConfig.ca_file, made.otherRoot.certPem);
  await writeFile(tlsConfig.cert_file, made.client.certPem);
  await writeFile(tlsConfig.key_file, made.client.keyPem);
  await clock.advance(2_000);
  expect(samplesOf(await read(settings, fetch))).toContain('riva_probe_result_info{reason="unknown-ca"} 1');

  await writeFile(tlsConfig.ca_file, made.root.certPem);
  await clock.advance(2_000);
  const said = samplesOf(await read(settings, fetch));
  expect(said).toContain('riva_probe_result_info{reason="ok"} 1');
  expect(said).toContain('riva_tls_chain_verified 1');
  expect(said).toContain('riva_certificate_expiry_timestamp_seconds T');
});

it('trusts the system’s authorities without files, and any with insecure_skip_verify', async () => {
  const port = await serveGrpc({ tls: { own: made.good } });
  expect(samplesOf(await read(settingsFor(port, { scheme: 'https' })))).toContain('riva_probe_result_info{reason="unknown-ca"} 1');
  const lenient = samplesOf(await read(settingsFor(port, { scheme: 'https', tls_config: { insecure_skip_verify: true } })));
  expect(lenient).toEqual(
    expect.arrayContaining(['riva_reachable 1', 'riva_tls_chain_verified 0', 'riva_probe_result_info{reason="unknown-ca"} 1']),
  );
});

it('asks addresses of IPv6', async () => {
  const settings = settingsFor(await closedPort());
  const [target] = settings.targets;
  const six = { ...settings, targets: settings.targets.map((one) => ({ ...one, url: target?.url.replace('127.0.0.1', '[::1]') ?? '' })) };
  expect(await read(six)).toMatch(/reason="(refused|unreachable)"/);
});

it('is read by the way of its source, and follows a reload', async () => {
  const up = settingsFor(await serveGrpc());
  const down = settingsFor(await closedPort());
  const source = createTargetSource({ config: down.config, clock: systemClock(), log: silentLog, version: '1.2.3' });
  onTestFinished(() => source.close());
  expect(await read(down, source.fetch)).toContain('riva_reachable 0');
  source.use({ ...up.config, scrape_configs: up.config.scrape_configs.map((job) => ({ ...job, riva: { services: ['asr'] } })) });
  expect(samplesOf(await read(up, source.fetch))).toContain('riva_probe_result_info{reason="service-unknown"} 1');
});

it('fails for a target of no job', async () => {
  const settings = settingsFor(1);
  const { fetch } = createRivaSource({ config: { ...settings.config, scrape_configs: [] }, clock: systemClock() });
  expect(await read(settings, fetch)).toBe('failed: BUG: no scrape configuration is called "riva"');
});

it('warns in words of what is wrong, and no longer when it is right again', async () => {
  const feed = createFeed([{ source: 'riva' }]);
  const say = async (reason: string): Promise<unknown> => {
    const result = await feed.scrape(`riva_reachable 1\nriva_probe_result_info{reason="${reason}"} 1\n`);
    return result?.kind === 'ingested' ? result.warnings : result;
  };
  expect(await say('ok')).toEqual([]);
  expect(await say('expired')).toEqual([
    {
      code: 'riva-expired',
      message: 'the endpoint shows a certificate that has expired, or one above it has; renew it, or set the clock right',
    },
  ]);
  expect(await say('expired')).toMatchObject([{ code: 'riva-expired' }]);
  expect(await say('ok')).toEqual([]);
  expect(await say('of another version')).toEqual([]);
});
