// Where the serving certificate of the metrics API comes from.
import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { openServing } from '../../src/app/serving.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';

const LISTEN = { host: '127.0.0.1', port: 0 };
const clock = new VirtualClock(Date.UTC(2026, 0, 1));

it('is made where no files are named, for the address and an hour back', async () => {
  const { certificate, follow } = await openServing({
    metricsApi: { listen: LISTEN, authentication: 'none' },
    clock,
    log: silentLog,
    meter: nullMeter,
  });
  const { subjectAltName, validFrom } = new X509Certificate(certificate.certPem);
  expect([subjectAltName, Date.parse(validFrom)]).toEqual(['DNS:localhost, IP Address:127.0.0.1', Date.UTC(2025, 11, 31, 23)]);
  await follow(() => {
    throw new Error('nothing is followed');
  }, new AbortController().signal);
});

it('is an error that ends the start where the files are wrong', async () => {
  const metricsApi = { listen: LISTEN, authentication: 'none' as const, tls_cert_file: 'none.crt', tls_key_file: 'none.key' };
  await expect(openServing({ metricsApi, clock, log: silentLog, meter: nullMeter })).rejects.toMatchObject({
    exitCode: 1,
    message: 'cannot read tls_cert_file "none.crt": no such file; create the file or correct tls_cert_file',
  });
});
