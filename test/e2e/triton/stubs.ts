// The processes that run Triton's Python models. They outlive a server that was killed while they executed.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface Stub {
  readonly pid: number;
  /** Name of its shared memory in /dev/shm (1 MiB). */
  readonly region: string;
}

/** Those whose model lies in this repository, from the process table of Linux. */
export async function stubsOf(repository: string): Promise<readonly Stub[]> {
  const stubs: Stub[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // A process may end while it is looked at.
    const commandLine = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    const [, model = '', region = ''] = commandLine.split('\0');
    if (model.startsWith(`${repository}/`)) stubs.push({ pid: Number(name), region });
  }
  return stubs;
}

/** Ends what is left of a server that has ended. `known` are the stubs that it had. */
export async function cleanUp(repository: string, known: readonly Stub[]): Promise<void> {
  for (const { pid } of await stubsOf(repository)) end(pid);
  for (const { region } of known) await rm(join('/dev/shm', region), { force: true });
  await rm(repository, { recursive: true, force: true });
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    const endedMeanwhile = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!endedMeanwhile) throw error;
  }
}
