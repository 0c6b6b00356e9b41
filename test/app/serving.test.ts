// Where the serving certificate of the metrics API comes from.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { openKubeClient } from '../../src/app/kube-client.ts';
import { openServing, openTelemetryServing } from '../../src/app/serving.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { status } from '../lib/kube/support/object-store.ts';
import { apiServicePath, withApiServices } from '../tls/support/replicas.ts';
import { EPHEMERAL, runPlimsoll } from './support/server.ts';
import { until } from './support/wait.ts';

const LISTEN = { host: '127.0.0.1', port: 0 };
const clock = new VirtualClock(Date.UTC(2026, 0, 1));

it('is made where no files are named, for the address and an hour back', async () => {
  const { certificate, follow } = await openServing({ metricsApi: { listen: LISTEN }, clock, log: silentLog, meter: nullMeter });
  const { subjectAltName, validFrom } = new X509Certificate(certificate.certPem);
  expect([subjectAltName, Date.parse(validFrom)]).toEqual(['DNS:localhost, IP Address:127.0.0.1', Date.UTC(2025, 11, 31, 23)]);
  await follow(() => {
    throw new Error('nothing is followed');
  }, new AbortController().signal);
});

it('is an error that ends the start where the files are wrong', async () => {
  const metricsApi = { listen: LISTEN, tls_cert_file: 'none.crt', tls_key_file: 'none.key' };
  await expect(openServing({ metricsApi, clock, log: silentLog, meter: nullMeter })).rejects.toMatchObject({
    exitCode: 1,
    message: 'cannot read tls_cert_file "none.crt": no such file; create the file or correct tls_cert_file',
  });
});

const MANAGED = { path: ['metrics_api', 'managed_certificate'], value: { namespace: 'ns' } };

it('is shared where a cluster manages it, and says when it ends', async () => {
  const { config } = settingsOf('the test', [MANAGED]);
  const client = withApiServices().client();
  const ends: number[] = [];
  const gauge = { set: (value: number) => void ends.push(value) };
  const options = { metricsApi: config.metrics_api, client, clock, log: silentLog, meter: { ...nullMeter, gauge: () => gauge } };
  const [one, two] = [await openServing(options), await openServing(options)];
  expect(one.certificate.certPem).toBe(two.certificate.certPem);
  expect(new X509Certificate(one.certificate.certPem).subjectAltName).toBe('DNS:plimsoll.ns.svc, DNS:plimsoll.ns, DNS:plimsoll');
  expect(one.check).toMatchObject({ name: 'serving-certificate' });
  expect(one.check?.check().ok).toBe(true);
  expect(ends).toEqual([1, 1].map(() => Date.UTC(2026, 0, 91) / 1000));
});

it('is one of its own until the cluster gives the shared one, and not ready', async () => {
  const { config } = settingsOf('the test', [MANAGED]);
  const client = withApiServices().client(() => status(503, 'etcd is away'));
  const { certificate, check } = await openServing({ metricsApi: config.metrics_api, client, clock, log: silentLog, meter: nullMeter });
  expect(new X509Certificate(certificate.certPem).subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
  expect(check?.check()).toEqual({ ok: false, why: 'cannot get the Secret ns/plimsoll-managed-certificate: etcd is away' });
});

it('needs a namespace that is said, or that of a pod', async () => {
  const { config } = settingsOf('the test', [{ path: ['metrics_api', 'managed_certificate'], value: {} }]);
  const client = withApiServices().client();
  await expect(openServing({ metricsApi: config.metrics_api, client, clock, log: silentLog, meter: nullMeter })).rejects.toMatchObject({
    exitCode: 2,
    message: 'cannot tell the namespace of the shared serving certificate: this is no pod; set metrics_api.managed_certificate.namespace',
  });
});

it('is that of the files where there are any, whatever else is said', async () => {
  const files = [
    { path: ['metrics_api', 'tls_cert_file'], value: 'none.crt' },
    { path: ['metrics_api', 'tls_key_file'], value: 'none.key' },
  ];
  const { config } = settingsOf('the test', [MANAGED, ...files]);
  await expect(openServing({ metricsApi: config.metrics_api, clock, log: silentLog, meter: nullMeter })).rejects.toThrow('none.crt');
  expect(await openKubeClient({ config, clock, version: '1' })).toBeUndefined();
});

it('needs a cluster where it is shared', async () => {
  const kubeconfig = { path: ['kubernetes', 'kubeconfig_file'], value: 'none.yaml' };
  const { config } = settingsOf('the test', [MANAGED, kubeconfig]);
  await expect(openKubeClient({ config, clock, version: '1' })).rejects.toThrow('none.yaml');
  await expect(openServing({ metricsApi: config.metrics_api, clock, log: silentLog, meter: nullMeter })).rejects.toThrow('BUG');
});

it('is served, counts for readiness, and is given into other hands at the end', async () => {
  const store = withApiServices();
  const settings = settingsOf('the test', [...EPHEMERAL, MANAGED]);
  const { server, stop } = await runPlimsoll(settings, { kube: store.client() });
  const { caBundle } = await until('a bundle', async () => {
    const { spec } = store.get(apiServicePath('v1beta2.custom.metrics.k8s.io')) ?? {};
    return isBundled(spec) ? spec : undefined;
  });
  const ca = Buffer.from(caBundle, 'base64').toString();
  const [response] = await once(
    get(`${server.metricsApiUrl}/readyz?verbose`, { ca, servername: 'plimsoll.ns.svc', agent: false }),
    'response',
  );
  expect(await text(response)).toContain('[+] serving-certificate: the shared certificate is served\n');
  await stop();
  expect(store.get('/apis/coordination.k8s.io/v1/namespaces/ns/leases/plimsoll-managed-certificate')?.['spec']).toEqual(
    expect.not.objectContaining({ holderIdentity: expect.anything() }),
  );
});

function isBundled(spec: unknown): spec is { readonly caBundle: string } {
  return typeof spec === 'object' && spec !== null && 'caBundle' in spec;
}

it('of telemetry is none where no files are named, and not made', async () => {
  expect(await openTelemetryServing({ telemetry: {}, clock, log: silentLog })).toBeUndefined();
  const telemetry = { tls_cert_file: 'none.crt', tls_key_file: 'none.key' };
  await expect(openTelemetryServing({ telemetry, clock, log: silentLog })).rejects.toMatchObject({ exitCode: 1 });
});
