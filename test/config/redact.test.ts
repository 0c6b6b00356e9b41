import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, redact, redactLine, redactText } from '../../src/config/redact.ts';

const SECRET = 's3cr3t-Val_ue.9';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln';

describe('takes the secret out of', () => {
  it.each([
    { text: `cannot read http://user:${SECRET}@host:80/metrics`, clean: 'cannot read http://[redacted]@host:80/metrics' },
    { text: `https://${SECRET}@host/x`, clean: 'https://[redacted]@host/x' },
    { text: `https://u:p/a@${SECRET}@host/x`, clean: 'https://[redacted]@host/x' },
    { text: `redirected to "http://user:${SECRET}…", which`, clean: 'redirected to "http://[redacted]", which' },
    { text: `redirected to "http://user:123456…", which`, clean: 'redirected to "http://[redacted]", which' },
    { text: `see http://host/path?${SECRET}; then`, clean: 'see http://host/path?[redacted] then' },
    { text: `http://host/p?a=b&token=${SECRET}`, clean: 'http://host/p?[redacted]' },
    { text: `http://host/p#${SECRET}`, clean: 'http://host/p?[redacted]' },
    { text: `/metrics?${SECRET}`, clean: '/metrics?[redacted]' },
    { text: `GET /metrics?key=${SECRET} failed`, clean: 'GET /metrics?[redacted] failed' },
    { text: `cannot add target "user:${SECRET}@host:8002"`, clean: 'cannot add target "[redacted]@host:8002"' },
    { text: `Authorization: Bearer ${SECRET}`, clean: 'Authorization: [redacted]' },
    { text: `{"authorization":"Basic ${SECRET}"}`, clean: '{"authorization":"[redacted]"}' },
    { text: `{"msg":"{\\"authorization\\":\\"Token ${SECRET}\\"}"}`, clean: '{"msg":"{\\"authorization\\":\\"[redacted]\\"}"}' },
    { text: `sent bearer ${SECRET}, refused`, clean: 'sent bearer [redacted], refused' },
    { text: `password=${SECRET}`, clean: 'password=[redacted]' },
    { text: `{"client_secret": "${SECRET} more"}`, clean: '{"client_secret": "[redacted]"}' },
    { text: `x_total{api_token="${SECRET}",model="m"} 1`, clean: 'x_total{api_token="[redacted]",model="m"} 1' },
    { text: `{"msg":"x{token=\\"${SECRET}\\"} 1"}`, clean: '{"msg":"x{token=\\"[redacted]\\"} 1"}' },
    { text: `x{token=~"${SECRET}|b"}`, clean: 'x{token=~"[redacted]"}' },
    { text: `password: ${SECRET}\nuser: me`, clean: 'password: [redacted]\nuser: me' },
    { text: `the header has ${JWT}, too`, clean: 'the header has [redacted], too' },
    { text: `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----\nafter`, clean: '[redacted] private key\nafter' },
    { text: `-----BEGIN PRIVATE KEY-----\\n${SECRET}`, clean: '[redacted] private key' },
  ])('$text', ({ text, clean }) => {
    expect(redactText(text)).toBe(clean);
    expect(redactText(clean)).toBe(clean);
  });
});

describe('leaves as it is', () => {
  it.each([
    'connection refused at 127.0.0.1:8002; is the server up, and is the port its metrics port?',
    'http://127.0.0.1:8002/metrics',
    'http://[::1]:8002/metrics, and http://triton.demo:8000/v2/models/m/config',
    'is http://host:80/metrics right?',
    'cannot read "/etc/plimsoll/password_file": no such file',
    'scrape_configs[0].basic_auth.password_file: cannot read "/run/token"',
    'vllm:prompt_tokens_total{model="m"} 1',
    'bearer tokens and basic authentication',
    'sum by (namespace, pod) (rate(nv_inference_count{pod=~"a|b"}[60s]))',
    '(.*)/(?:a|b)',
    '2026-11-26T10:40:00.000Z',
    'what is it? well=known',
  ])('%s', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

it('takes the values of secret names out of a structure, and leaves names of files and the structure', () => {
  const value = {
    basic_auth: { username: 'me', password: SECRET, password_file: '/run/password' },
    authorization: { type: 'Bearer', credentials: SECRET, credentials_file: '/run/token' },
    labels: { api_token: SECRET, model: 'm', 'x-api-key': SECRET, key: 7 },
    urls: [`http://u:${SECRET}@h/`, `/m?${SECRET}`],
    rules: [
      { target_label: '__param_token', replacement: SECRET },
      { target_label: 'model', replacement: '$1' },
    ],
    count: 3,
    no: undefined,
    none: null,
    yes: true,
  };
  expect(redact(value)).toEqual({
    basic_auth: { username: 'me', password: '[redacted]', password_file: '/run/password' },
    authorization: { type: 'Bearer', credentials: '[redacted]', credentials_file: '/run/token' },
    labels: { api_token: '[redacted]', model: 'm', 'x-api-key': '[redacted]', key: '[redacted]' },
    urls: ['http://[redacted]@h/', '/m?[redacted]'],
    rules: [
      { target_label: '__param_token', replacement: '[redacted]' },
      { target_label: 'model', replacement: '$1' },
    ],
    count: 3,
    no: undefined,
    none: null,
    yes: true,
  });
});

it('shows of a command the program alone', () => {
  expect(redact({ command: ['sshpass', '-p', SECRET, 'ssh', 'jetson'], file: 'a b' })).toEqual({
    command: ['sshpass', '[redacted]', '[redacted]', '[redacted]', '[redacted]'],
    file: 'a b',
  });
});

it.each(['tls_key_file', 'caFile', 'keyframes', 'monkey', 'tokens', 'key_file'])('%s is no secret', (name) => {
  expect(isSecretName(name)).toBe(false);
});

it('has nothing left to do the second time, whatever the text', () => {
  const part = fc.constantFrom(
    'http://',
    'user:',
    '@',
    '?a=',
    'password=',
    '"',
    "'",
    '\\"',
    'Bearer ',
    'token: ',
    ' ',
    SECRET,
    '/',
    '#',
    '[',
    '…',
    ',',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const once = redactText(parts.join(''));
      expect(redactText(redactText(once))).toBe(redactText(once));
    }),
  );
});

it.each([
  {
    line: { msg: 'a', error: `redirected to "https://u:${SECRET}@h/?x=${SECRET}", which` },
    clean: { msg: 'a', error: 'redirected to "https://[redacted]@h/?[redacted]", which' },
  },
  { line: { token: SECRET, nested: { password: SECRET } }, clean: { token: '[redacted]', nested: { password: '[redacted]' } } },
])('leaves a line of JSON a line of JSON: $line', ({ line, clean }) => {
  const written = redactLine(`${JSON.stringify(line)}\n`);
  expect(written).toBe(`${JSON.stringify(clean)}\n`);
});

it('takes secrets out of a line that is no JSON', () => {
  expect(redactLine(`password=${SECRET}\n`)).toBe('password=[redacted]\n');
});
