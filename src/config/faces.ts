// Who may ask each face, and what that needs: settings that leave a face open by mistake are errors.
import { quote } from '../lib/quote.ts';
import { isLoopback } from './listen.ts';
import type { Problem } from './problem.ts';
import type { Config } from './schema.ts';

/** In the order of the schema. */
export function faceProblems(config: Config): Problem[] {
  const { metrics_api: metricsApi, telemetry } = config;
  return [
    ...openMetricsApi(metricsApi),
    ...pairProblems('metrics_api', metricsApi),
    ...delegationProblems(config),
    ...openTelemetry(telemetry),
    ...telemetryProblems(telemetry),
    ...pairProblems('telemetry', telemetry),
  ];
}

function openMetricsApi({ enabled, authentication, listen }: Config['metrics_api']): Problem[] {
  if (!enabled || authentication !== 'none' || isLoopback(listen.host)) return [];
  const message = `authentication none is accepted on a loopback address only, got ${quote(listen.host)}; listen on 127.0.0.1 or set metrics_api.authentication to delegated`;
  return [{ path: 'metrics_api.listen', message }];
}

function openTelemetry({ authentication, listen }: Config['telemetry']): Problem[] {
  if (authentication !== undefined || isLoopback(listen.host)) return [];
  const message = `it has to be said who may ask at ${quote(listen.host)}, which is no loopback address; choose delegated (whom the cluster lets), basic (one user name and password), certificate (client certificates of one authority) or none (everybody who can reach it)`;
  return [{ path: 'telemetry.authentication', message }];
}

type CertificatePair = Pick<Config['telemetry'], 'tls_cert_file' | 'tls_key_file'>;

function pairProblems(face: string, { tls_cert_file: cert, tls_key_file: key }: CertificatePair): Problem[] {
  if ((cert === undefined) === (key === undefined)) return [];
  const [missing, given] = cert === undefined ? ['tls_cert_file', 'tls_key_file'] : ['tls_key_file', 'tls_cert_file'];
  return [{ path: `${face}.${missing}`, message: `missing; ${given} needs it` }];
}

/** Who believes that nobody but these is let in must not be wrong. */
function delegationProblems({ metrics_api: metricsApi, telemetry }: Config): Problem[] {
  const { client_ca_file: clients, requestheader_client_ca_file: proxies, requestheader_allowed_names: names } = metricsApi;
  const problems: Problem[] = [];
  const delegates = metricsApi.authentication === 'delegated' || telemetry.authentication === 'delegated';
  for (const [key, file] of Object.entries({ client_ca_file: clients, requestheader_client_ca_file: proxies })) {
    if (file === undefined || delegates) continue;
    problems.push({ path: `metrics_api.${key}`, message: 'nobody is judged by it; set metrics_api.authentication to delegated' });
  }
  if (names.length > 0 && proxies === undefined) {
    problems.push({
      path: 'metrics_api.requestheader_allowed_names',
      message: 'nobody is judged by it; give requestheader_client_ca_file',
    });
  }
  return problems;
}

function telemetryProblems({
  authentication,
  basic_auth: basic,
  client_ca_file: authorities,
  tls_cert_file: cert,
}: Config['telemetry']): Problem[] {
  const problems: Problem[] = [];
  const check = (path: string, { mode, isGiven }: { readonly mode: string; readonly isGiven: boolean }): void => {
    if (authentication === mode && !isGiven) problems.push({ path, message: `missing; telemetry.authentication ${mode} needs it` });
    if (authentication !== mode && isGiven) {
      problems.push({ path, message: `nobody is judged by it; set telemetry.authentication to ${mode}` });
    }
  };
  check('telemetry.basic_auth', { mode: 'basic', isGiven: basic !== undefined });
  check('telemetry.client_ca_file', { mode: 'certificate', isGiven: authorities !== undefined });
  if (authentication === 'certificate' && cert === undefined) {
    problems.push({ path: 'telemetry.tls_cert_file', message: 'missing; clients show certificates over TLS only' });
  }
  return problems;
}
