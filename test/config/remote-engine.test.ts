import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/parse.ts';
import { redact } from '../../src/config/redact.ts';

const URL = 'http://prometheus:9090';

function problemsWith(remote: object): readonly string[] {
  const result = parseConfig(stringify({ engine: { remote } }));
  return result.kind === 'config' ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('engine.remote', () => {
  it.each([
    { url: URL },
    { url: 'https://mimir/prometheus', headers: { 'X-Scope-OrgID': 'team' }, authorization: { credentials_file: 'token' } },
    { url: URL, header_files: { Authorization: 'file' }, parameters: { latency_offset: '1ms' }, bucket: '1s' },
  ])('may be %o', (remote) => {
    expect(problemsWith(remote)).toEqual([]);
  });

  it.each([
    [{}, 'engine.remote.url: missing; it is required'],
    [{ url: 'prometheus:9090' }, 'engine.remote.url: expected an http or https URL such as http://prometheus:9090'],
    [{ url: 'http://me:word@prometheus' }, 'engine.remote.url: it must hold no password, which logs and documents show; use basic_auth'],
    [{ url: `${URL}/?a=b` }, 'engine.remote.url: expected a URL without ? and #; use parameters'],
    [{ url: `${URL}/api/v1` }, 'engine.remote.url: expected the URL before /api/v1; leave that out'],
    [
      { url: URL, basic_auth: { username: 'u', password_file: 'f' }, authorization: { credentials_file: 'f' } },
      'engine.remote: basic_auth and authorization exclude each other; keep one',
    ],
    [{ url: URL, headers: { Host: 'other' } }, 'engine.remote.headers.Host: it is set with each question; leave it out'],
    [
      { url: URL, headers: { 'X-Api-Key': 'word' } },
      'engine.remote.headers.X-Api-Key: its value is a secret; put it into a file and name that in header_files',
    ],
    [
      { url: URL, headers: { 'X-Tenant': 'a' }, header_files: { 'x-tenant': 'f' } },
      'engine.remote.header_files.x-tenant: it is given twice, for upper and lower case are the same; keep one',
    ],
    [
      { url: URL, header_files: { Authorization: 'f' }, basic_auth: { username: 'u', password_file: 'f' } },
      'engine.remote.header_files.Authorization: basic_auth or authorization set it already; keep one',
    ],
    [{ url: URL, parameters: { query: 'x' } }, 'engine.remote.parameters.query: it is set with each question; leave it out'],
    [{ url: URL, pods_per_query: 0 }, 'engine.remote.pods_per_query: expected a number above 0, got 0'],
  ])('%o: %s', (remote, problem) => {
    expect(problemsWith(remote)).toEqual([problem]);
  });

  it('shows no secret, whatever was written', () => {
    const shown = JSON.stringify(redact({ engine: { remote: { url: 'http://me:word@prometheus', headers: { 'X-Api-Key': 'word' } } } }));
    expect(shown).not.toContain('word');
  });
});
