// The serving certificates: from files, followed while others renew them; that of the metrics API may be made for this one process.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { UserError } from '../lib/user-error.ts';
import type { Log } from '../model/log.ts';
import { type CertificateFilesOptions, certificateFiles } from '../tls/certificate-files.ts';
import { selfSignedCertificate } from '../tls/self-signed.ts';
import type { PemPair } from './listener.ts';

export interface Serving {
  readonly certificate: PemPair;
  /** Hands on each certificate that takes its place, until `signal` is aborted. */
  follow(use: (certificate: PemPair) => void, signal: AbortSignal): Promise<void>;
}

export interface ServingOptions {
  readonly metricsApi: Pick<Config['metrics_api'], 'listen' | 'tls_cert_file' | 'tls_key_file'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A certificate of one process: it is made anew at each start. */
const CERTIFICATE_DAYS = 365;
/** A client whose clock is behind ours must not find it not valid yet. */
const CLOCK_SKEW_MS = 3_600_000;

/** Rejects with a UserError that says what is wrong with the files. */
export async function openServing({ metricsApi, clock, log }: ServingOptions): Promise<Serving> {
  const { tls_cert_file: certFile, tls_key_file: keyFile, listen } = metricsApi;
  if (certFile !== undefined && keyFile !== undefined) return await fromFiles({ certFile, keyFile, clock, log });
  const certificate = await selfSignedCertificate({
    hosts: ['localhost', listen.host],
    notBefore: new Date(clock.nowMs() - CLOCK_SKEW_MS),
    days: CERTIFICATE_DAYS,
  });
  return { certificate, follow: async () => {} };
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

async function fromFiles(options: CertificateFilesOptions): Promise<Serving> {
  const files = certificateFiles(options);
  return { certificate: await files.read().catch(refuse), follow: files.follow };
}

function refuse(cause: unknown): never {
  throw new UserError(1, cause instanceof Error ? cause.message : String(cause), { cause });
}
