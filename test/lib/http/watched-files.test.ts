import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WatchedFiles } from '../../../src/lib/http/watched-files.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('reads a changed file again, but looks only every two seconds', async () => {
  const clock = new VirtualClock();
  const path = join(folder, 'token');
  await writeFile(path, 'one');
  const files = new WatchedFiles({ token: path }, clock);
  const first = await files.read();
  expect(first.get('token')).toBe('one');

  await writeFile(path, 'second');
  await clock.advance(1_999);
  expect(await files.read()).toBe(first);
  await clock.advance(1);
  const second = await files.read();
  expect(second.get('token')).toBe('second');

  await clock.advance(2_000);
  expect(await files.read()).toBe(second);
});

it('sees a symbolic link that was swapped to a file of equal size', async () => {
  const clock = new VirtualClock();
  await writeFile(join(folder, 'a'), 'aaa');
  await writeFile(join(folder, 'b'), 'bbb');
  await symlink('a', join(folder, 'token'));
  const files = new WatchedFiles({ token: join(folder, 'token') }, clock);
  expect((await files.read()).get('token')).toBe('aaa');
  await symlink('b', join(folder, 'next'));
  await rename(join(folder, 'next'), join(folder, 'token'));
  await clock.advance(2_000);
  expect((await files.read()).get('token')).toBe('bbb');
});

it.each([
  { name: 'a missing file', path: 'absent', message: 'no such file' },
  { name: 'a folder', path: '.', message: 'EISDIR' },
])('says which option names $name, and tries again later', async ({ path, message }) => {
  const clock = new VirtualClock();
  const files = new WatchedFiles({ password_file: join(folder, path) }, clock);
  await expect(files.read()).rejects.toThrow(
    new RegExp(`^cannot read password_file ".*: ${message}; create the file or correct password_file$`),
  );
  await rm(join(folder, path), { recursive: true, force: true });
  await writeFile(join(folder, path), 'here');
  await clock.advance(2_000);
  expect((await files.read()).get('password_file')).toBe('here');
});

it('has nothing to read without files', async () => {
  expect((await new WatchedFiles({}, new VirtualClock()).read()).size).toBe(0);
});

it('names the first of several unreadable files', async () => {
  const files = new WatchedFiles({ cert_file: join(folder, 'none.crt'), key_file: '/none.key' }, new VirtualClock());
  await expect(files.read()).rejects.toThrow(/^cannot read cert_file /);
});
