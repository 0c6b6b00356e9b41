import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileVersion, loadConfig } from '../../src/config/load.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('names a file that is not there, with exit code 2', async () => {
  await expect(loadConfig(join(folder, 'none.yaml'), {})).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/none\.yaml": no such file; check the path/),
  });
  await expect(loadConfig(folder, {})).rejects.toMatchObject({ message: expect.stringContaining('it is a directory') });
});

it('lists every problem of the file under its name', async () => {
  const file = join(folder, 'bad.yaml');
  await writeFile(file, 'scrap: 1\nretention: x\n');
  await expect(loadConfig(file, {})).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/bad\.yaml: 2 problems\n {2}retention: .*\n {2}scrap: /s),
  });
});

it('refuses files named in it that cannot be read', async () => {
  const file = join(folder, 'c.yaml');
  await writeFile(file, `scrape_configs: [{job_name: a, authorization: {credentials_file: ${folder}/token}}]\n`);
  await expect(loadConfig(file, {})).rejects.toMatchObject({
    message: expect.stringContaining('scrape_configs[0].authorization.credentials_file: cannot read'),
  });
  await writeFile(join(folder, 'token'), 'secret');
  await expect(loadConfig(file, {})).resolves.toMatchObject({ scrape_configs: [{ job_name: 'a' }] });
});

it.each<[string, readonly string[]]>([
  [
    'metrics_api: {authentication: delegated, client_ca_file: DIR/a, requestheader_client_ca_file: DIR/b}',
    ['metrics_api.client_ca_file', 'metrics_api.requestheader_client_ca_file'],
  ],
  ['telemetry: {authentication: basic, basic_auth: {username: u, password_file: DIR/p}}', ['telemetry.basic_auth.password_file']],
  [
    'telemetry: {authentication: certificate, client_ca_file: DIR/a, tls_cert_file: DIR/c, tls_key_file: DIR/k}',
    ['telemetry.tls_cert_file', 'telemetry.tls_key_file', 'telemetry.client_ca_file'],
  ],
])('refuses what requests would be judged by and cannot be read: %s', async (text, paths) => {
  const file = join(folder, 'c.yaml');
  await writeFile(file, text.replaceAll('DIR', folder));
  const found = await loadConfig(file, {}).catch((error: Error) => error.message);
  expect(String(found).split('\n').slice(1)).toEqual(paths.map((path) => expect.stringMatching(new RegExp(`^  ${path}: cannot read`))));
});

it('refuses a serving certificate that cannot be read', async () => {
  const file = join(folder, 'c.yaml');
  await writeFile(file, `metrics_api: {tls_cert_file: ${folder}/tls.crt, tls_key_file: ${folder}/tls.key}\n`);
  await expect(loadConfig(file, {})).rejects.toMatchObject({
    message: expect.stringMatching(
      /metrics_api\.tls_cert_file: cannot read ".*": no such file\n {2}metrics_api\.tls_key_file: cannot read/,
    ),
  });
});

it('sees a symlink that was swapped, a change and a removal', async () => {
  await writeFile(join(folder, 'one'), 'a');
  await writeFile(join(folder, 'two'), 'a');
  const link = join(folder, 'link');
  await symlink('one', link);
  const first = await fileVersion(link);
  expect(await fileVersion(link)).toBe(first);
  await symlink('two', join(folder, 'next'));
  await rename(join(folder, 'next'), link);
  const second = await fileVersion(link);
  expect(second).not.toBe(first);
  await rm(link);
  expect(await fileVersion(link)).toBe('unreadable: no such file');
});
