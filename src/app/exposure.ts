// What is said at start about a face that is more open than most people want: it was asked for, and may be forgotten.
import { isLoopback } from '../config/listen.ts';
import type { Config } from '../config/schema.ts';
import type { Log } from '../model/log.ts';

/** The metrics API is never open to the network. */
export function warnOfExposure({ telemetry }: Pick<Config, 'telemetry'>, log: Log): void {
  const { authentication, listen, tls_cert_file: certFile } = telemetry;
  if (isLoopback(listen.host)) return;
  const fields = { host: listen.host, port: listen.port };
  if (authentication === 'none') {
    log.warn(fields, 'telemetry answers everybody who can reach it: telemetry.authentication is none');
  }
  if (authentication === 'basic' && certFile === undefined) {
    log.warn(fields, 'telemetry shows its password to whoever listens in: give telemetry.tls_cert_file and telemetry.tls_key_file');
  }
}
