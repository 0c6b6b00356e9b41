// Where the serving certificate of the metrics API comes from.
import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { openServing, openTelemetryServing } from '../../src/app/serving.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { silentLog } from '../../src/model/log.ts';

const LISTEN = { host: '127.0.0.1', port: 0 };
const clock = new VirtualClock(Date.UTC(2026, 0, 1));

it('is made where no files are named, for the address and an hour back', async () => {
  const { certificate, follow } = await openServing({ metricsApi: { listen: LISTEN }, clock, log: silentLog });
  const { subjectAltName, validFrom } = new X509Certificate(certificate.certPem);
  expect([subjectAltName, Date.parse(validFrom)]).toEqual(['DNS:localhost, IP Address:127.0.0.1', Date.UTC(2025, 11, 31, 23)]);
  await follow(() => {
    throw new Error('nothing is followed');
  }, new AbortController().signal);
});

it('is an error that ends the start where the files are wrong', async () => {
  const metricsApi = { listen: LISTEN, tls_cert_file: 'none.crt', tls_key_file: 'none.key' };
  await expect(openServing({ metricsApi, clock, log: silentLog })).rejects.toMatchObject({
    exitCode: 1,
    message: 'cannot read tls_cert_file "none.crt": no such file; create the file or correct tls_cert_file',
  });
});

it('of telemetry is none where no files are named, and not made', async () => {
  expect(await openTelemetryServing({ telemetry: {}, clock, log: silentLog })).toBeUndefined();
  const telemetry = { tls_cert_file: 'none.crt', tls_key_file: 'none.key' };
  await expect(openTelemetryServing({ telemetry, clock, log: silentLog })).rejects.toMatchObject({ exitCode: 1 });
});
