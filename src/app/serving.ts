// The serving certificates: from files, and of the metrics API also shared with other replicas, or made for this one process.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { HealthCheck } from '../exporter/health.ts';
import type { Clock } from '../lib/clock.ts';
import { namespaceOfPod } from '../lib/kube/access.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import { UserError } from '../lib/user-error.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import { type CertificateFilesOptions, certificateFiles } from '../tls/certificate-files.ts';
import type { ManagedCertificate } from '../tls/managed-certificate.ts';
import { type CheckedCertificate, checkServingCertificate } from '../tls/serving-certificate.ts';
import type { PemPair } from './listener/listener.ts';

export interface Serving {
  readonly certificate: PemPair;
  /** Hands on each certificate that takes its place, until `signal` is aborted. */
  follow(use: (certificate: PemPair) => void, signal: AbortSignal): Promise<void>;
  /** Of readiness, where a certificate may be late. */
  readonly check?: HealthCheck;
}

type ServingSettings = Pick<Config['metrics_api'], 'listen' | 'tls_cert_file' | 'tls_key_file' | 'managed_certificate'>;

export interface ServingOptions {
  readonly metricsApi: ServingSettings;
  /** Of the cluster that shares it; there is one where it is managed. */
  readonly client?: KubeClient | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** A certificate of one process: it is made anew at each start. */
const CERTIFICATE_DAYS = 365;
/** A client whose clock is behind ours must not find it not valid yet. */
const CLOCK_SKEW_MS = 3_600_000;

/** Whether replicas make and share the certificate. */
export function isManaged({ managed_certificate: managed, tls_cert_file: certFile }: ServingSettings): boolean {
  return managed !== undefined && certFile === undefined;
}

/** Rejects with a UserError that says what is wrong with the files, or what is not known. */
export async function openServing(options: ServingOptions): Promise<Serving> {
  const expiry = options.meter.gauge({
    name: 'plimsoll_serving_certificate_expiry_timestamp_seconds',
    help: 'When the certificate of the metrics API that is served ends, as Unix time.',
  });
  const told = <Certificate extends CheckedCertificate>(certificate: Certificate): Certificate => {
    expiry.set(certificate.notAfterMs / 1000);
    return certificate;
  };
  const { tls_cert_file: certFile, tls_key_file: keyFile } = options.metricsApi;
  if (certFile !== undefined && keyFile !== undefined) {
    const { certificate, follow } = await fromFiles({ ...options, certFile, keyFile });
    return { certificate: told(certificate), follow: (use, signal) => follow((next) => use(told(next)), signal) };
  }
  if (!isManaged(options.metricsApi)) return { certificate: told(await ownCertificate(options)), follow: async () => {} };
  const { open, follow, state } = await openManaged(options);
  return {
    // Nobody trusts one of our own, and nobody is to ask before it is replaced: the process is not ready until then.
    certificate: told((await open()) ?? (await ownCertificate(options))),
    follow: (use, signal) => follow((next) => use(told(next)), signal),
    check: { name: 'serving-certificate', check: state },
  };
}

async function ownCertificate({ metricsApi, clock }: ServingOptions): Promise<CheckedCertificate> {
  const nowMs = clock.nowMs();
  const { selfSignedCertificate } = await import('../tls/self-signed.ts');
  const certificate = await selfSignedCertificate({
    hosts: ['localhost', metricsApi.listen.host],
    notBefore: new Date(nowMs - CLOCK_SKEW_MS),
    days: CERTIFICATE_DAYS,
  });
  return checkServingCertificate({ ...certificate, nowMs });
}

async function openManaged({ metricsApi, client, clock, log }: ServingOptions): Promise<ManagedCertificate> {
  const { managed_certificate: managed } = metricsApi;
  if (managed === undefined || client === undefined) throw new Error('BUG: a certificate is shared, and there is no cluster to share it');
  const namespace = managed.namespace ?? (await namespaceOfPod());
  if (namespace === undefined) {
    throw new UserError(
      2,
      'cannot tell the namespace of the shared serving certificate: this is no pod; set metrics_api.managed_certificate.namespace',
    );
  }
  const { secret, service, api_services: apiServices } = managed;
  // As client-go has it: a pod that takes the name of another is not taken for it.
  const identity = `${hostname()}_${randomUUID()}`;
  const { managedCertificate } = await import('../tls/managed-certificate.ts');
  return managedCertificate({ client, clock, log, namespace, secret, service, apiServices, identity });
}

/** Undefined where telemetry speaks plain HTTP. Rejects with a UserError that says what is wrong with the files. */
export async function openTelemetryServing({
  telemetry: { tls_cert_file: certFile, tls_key_file: keyFile },
  clock,
  log,
}: Pick<ServingOptions, 'clock' | 'log'> & { readonly telemetry: Pick<Config['telemetry'], 'tls_cert_file' | 'tls_key_file'> }): Promise<
  Serving | undefined
> {
  if (certFile === undefined || keyFile === undefined) return undefined;
  return await fromFiles({ certFile, keyFile, clock, log });
}

interface ServedFiles extends Serving {
  readonly certificate: CheckedCertificate;
  follow(use: (certificate: CheckedCertificate) => void, signal: AbortSignal): Promise<void>;
}

async function fromFiles(options: CertificateFilesOptions): Promise<ServedFiles> {
  const files = certificateFiles(options);
  return { certificate: await files.read().catch(refuse), follow: files.follow };
}

function refuse(cause: unknown): never {
  throw new UserError(1, cause instanceof Error ? cause.message : String(cause), { cause });
}
