// A configuration file in a folder of its own, gone with the test.
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface ConfigFile {
  readonly path: string;
  write(text: string): Promise<void>;
  remove(): Promise<void>;
}

export async function configFile(text: string): Promise<ConfigFile> {
  const path = join(await folder(), 'plimsoll.yaml');
  await writeFile(path, text);
  return { path, write: (next) => writeFile(path, next), remove: () => rm(path) };
}

/** As kubelet mounts a ConfigMap: the file is a link through a folder that is itself a link, swapped in one step. */
export async function mountedConfig(text: string): Promise<ConfigFile> {
  const mount = await folder();
  let version = 0;
  const write = async (next: string): Promise<void> => {
    version += 1;
    await mkdir(join(mount, `..v${version}`));
    await writeFile(join(mount, `..v${version}`, 'plimsoll.yaml'), next);
    await symlink(`..v${version}`, join(mount, '..data_tmp'));
    await rename(join(mount, '..data_tmp'), join(mount, '..data'));
  };
  await write(text);
  const path = join(mount, 'plimsoll.yaml');
  await symlink('..data/plimsoll.yaml', path);
  return { path, write, remove: () => rm(path) };
}

/** As `configFile`, of another name, kept until it is removed. */
export async function configFileOf(text: string, name: string): Promise<ConfigFile> {
  const place = await mkdtemp(join(tmpdir(), 'plimsoll-'));
  const path = join(place, name);
  await writeFile(path, text);
  return { path, write: (next) => writeFile(path, next), remove: () => rm(place, { recursive: true }) };
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'plimsoll-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}
