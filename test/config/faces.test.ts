// Who may ask each face: what is refused at start because it would be open, or closed, by mistake.
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';

function problems(text: string): string[] {
  const result = parseConfig(text);
  return result.kind === 'problems' ? result.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}

const BASIC = 'basic_auth: {username: u, password_file: p}';
const TLS = 'tls_cert_file: c, tls_key_file: k';

it.each([
  ['', 'nothing is said'],
  ['telemetry: {listen: "127.0.0.1:9410"}', 'only this machine can ask'],
  ['telemetry: {listen: ":9410", authentication: none}', 'everybody is to be answered'],
  ['telemetry: {listen: ":9410", authentication: delegated}', 'the cluster judges'],
  [`telemetry: {listen: ":9410", authentication: basic, ${BASIC}}`, 'a password is asked for'],
  [`telemetry: {listen: ":9410", authentication: basic, ${BASIC}, ${TLS}}`, 'a password is asked for over TLS'],
  [`telemetry: {listen: ":9410", authentication: certificate, client_ca_file: a, ${TLS}}`, 'a certificate is asked for'],
  ['metrics_api: {listen: ":9443", authentication: delegated}', 'the cluster judges at the metrics API'],
  ['metrics_api: {enabled: false, listen: ":9443"}', 'nobody is answered at the metrics API'],
  ['metrics_api: {authentication: delegated, client_ca_file: a}', 'clients are known by a file'],
  [
    'metrics_api: {authentication: delegated, requestheader_client_ca_file: a, requestheader_allowed_names: [x]}',
    'the front proxy is known by a file',
  ],
  ['{metrics_api: {client_ca_file: a}, telemetry: {authentication: delegated}}', 'telemetry is judged by that file'],
])('accepts %s: %s', (text) => {
  expect(problems(text)).toEqual([]);
});

const UNSAID =
  'telemetry.authentication: it has to be said who may ask at "0.0.0.0", which is no loopback address; choose delegated (whom the cluster lets), basic (one user name and password), certificate (client certificates of one authority) or none (everybody who can reach it)';

it.each<[string, readonly string[]]>([
  ['telemetry: {listen: ":9410"}', [UNSAID]],
  [
    'metrics_api: {listen: ":9443"}',
    [
      'metrics_api.listen: authentication none is accepted on a loopback address only, got "0.0.0.0"; listen on 127.0.0.1 or set metrics_api.authentication to delegated',
    ],
  ],
  [
    'metrics_api: {listen: ":9443", authentication: none}',
    [
      'metrics_api.listen: authentication none is accepted on a loopback address only, got "0.0.0.0"; listen on 127.0.0.1 or set metrics_api.authentication to delegated',
    ],
  ],
  ['metrics_api: {authentication: basic}', ['metrics_api.authentication: expected one of none, delegated, got "basic"']],
  ['metrics_api: {tls_cert_file: tls.crt}', ['metrics_api.tls_key_file: missing; tls_cert_file needs it']],
  ['metrics_api: {tls_key_file: tls.key}', ['metrics_api.tls_cert_file: missing; tls_key_file needs it']],
  ['telemetry: {tls_cert_file: tls.crt}', ['telemetry.tls_key_file: missing; tls_cert_file needs it']],
  ['telemetry: {tls_key_file: tls.key}', ['telemetry.tls_cert_file: missing; tls_key_file needs it']],
  [
    'metrics_api: {client_ca_file: a, requestheader_client_ca_file: b}',
    [
      'metrics_api.client_ca_file: nobody is judged by it; set metrics_api.authentication to delegated',
      'metrics_api.requestheader_client_ca_file: nobody is judged by it; set metrics_api.authentication to delegated',
    ],
  ],
  [
    'metrics_api: {authentication: delegated, client_ca_file: a, requestheader_allowed_names: [x]}',
    ['metrics_api.requestheader_allowed_names: nobody is judged by it; give requestheader_client_ca_file'],
  ],
  ['telemetry: {authentication: basic}', ['telemetry.basic_auth: missing; telemetry.authentication basic needs it']],
  [`telemetry: {${BASIC}}`, ['telemetry.basic_auth: nobody is judged by it; set telemetry.authentication to basic']],
  [
    'telemetry: {authentication: certificate}',
    [
      'telemetry.client_ca_file: missing; telemetry.authentication certificate needs it',
      'telemetry.tls_cert_file: missing; clients show certificates over TLS only',
    ],
  ],
  [
    'telemetry: {authentication: delegated, client_ca_file: a}',
    ['telemetry.client_ca_file: nobody is judged by it; set telemetry.authentication to certificate'],
  ],
  [
    'telemetry: {authentication: basic, basic_auth: {username: "a:b", password_file: p}}',
    ['telemetry.basic_auth.username: expected a name without a colon'],
  ],
  [
    'telemetry: {authentication: basic, basic_auth: {username: u, password: p}}',
    [
      'telemetry.basic_auth.password_file: missing; it is required',
      'telemetry.basic_auth.password: unknown key; known here: username, password_file',
    ],
  ],
])('refuses %s', (text, expected) => {
  expect(problems(text)).toEqual(expected);
});
