// What is said at start about telemetry that is open, or shows its password.
import { expect, it } from 'vitest';
import { warnOfExposure } from '../../src/app/exposure.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { type Logged, recordingLog } from './support/log.ts';

const BASIC = 'authentication: basic, basic_auth: {username: u, password_file: p}';
const OPEN = 'warn telemetry answers everybody who can reach it: telemetry.authentication is none';
const SHOWN = 'warn telemetry shows its password to whoever listens in: give telemetry.tls_cert_file and telemetry.tls_key_file';

it.each<[string, readonly string[]]>([
  ['', []],
  ['{authentication: none}', []],
  ['{listen: "[::1]:1", authentication: none}', []],
  ['{listen: ":1", authentication: none}', [OPEN]],
  ['{listen: "10.0.0.1:1", authentication: none, tls_cert_file: c, tls_key_file: k}', [OPEN]],
  ['{listen: ":1", authentication: delegated}', []],
  [`{${BASIC}}`, []],
  [`{listen: ":1", ${BASIC}}`, [SHOWN]],
  [`{listen: ":1", ${BASIC}, tls_cert_file: c, tls_key_file: k}`, []],
])('%s', (telemetry, expected) => {
  const lines: Logged[] = [];
  const parsed = parseConfig(telemetry === '' ? '' : `telemetry: ${telemetry}`);
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  warnOfExposure(parsed.config, recordingLog(lines));
  expect(lines.map(({ said }) => said)).toEqual(expected);
});
