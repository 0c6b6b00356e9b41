// The serving certificate of two files, followed while others renew them.
import type { Clock } from '../lib/clock.ts';
import { WatchedFiles } from '../lib/http/watched-files.ts';
import { quote } from '../lib/quote.ts';
import type { Log } from '../model/log.ts';
import { type CheckedCertificate, checkServingCertificate } from './serving-certificate.ts';

export interface CertificateFiles {
  /** Rejects with an Error that says what to change. */
  read(): Promise<CheckedCertificate>;
  /** Hands on every other certificate until `signal` is aborted; one that cannot be used is logged, and the last one stays. Never rejects. */
  follow(use: (certificate: CheckedCertificate) => void, signal: AbortSignal): Promise<void>;
}

export interface CertificateFilesOptions {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** cert-manager renews weeks before the end; a person who swaps files looks whether it worked. */
const RECHECK_MS = 10_000;

export function certificateFiles({ certFile, keyFile, clock, log }: CertificateFilesOptions): CertificateFiles {
  const files = new WatchedFiles({ tls_cert_file: certFile, tls_key_file: keyFile }, clock);
  let used = '';

  async function read(): Promise<CheckedCertificate> {
    const texts = await files.read();
    const pem = { certPem: texts.get('tls_cert_file') ?? '', keyPem: texts.get('tls_key_file') ?? '', nowMs: clock.nowMs() };
    try {
      const checked = checkServingCertificate(pem);
      used = pem.certPem;
      return checked;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`cannot serve with tls_cert_file ${quote(certFile)} and tls_key_file ${quote(keyFile)}: ${why}`, { cause });
    }
  }

  async function follow(use: (certificate: CheckedCertificate) => void, signal: AbortSignal): Promise<void> {
    let why = '';
    for (;;) {
      await clock.sleep(RECHECK_MS, signal);
      if (signal.aborted) return;
      const before = used;
      try {
        const certificate = await read();
        if (certificate.certPem !== before) {
          use(certificate);
          log.info({ certificate: certFile, until: new Date(certificate.notAfterMs).toISOString() }, 'serving certificate renewed');
        }
        why = '';
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== why) log.error({ why: message }, 'serving certificate not renewed; the last one stays');
        why = message;
      }
    }
  }
  return { read, follow };
}
