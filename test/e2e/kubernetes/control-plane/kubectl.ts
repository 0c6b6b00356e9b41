// The real kubectl.
import { execFile } from 'node:child_process';

export interface KubectlRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Kubectl {
  /** What it wrote to its output; rejects with what it wrote to its errors unless it ends with code 0. */
  (...args: readonly string[]): Promise<string>;
  /** However it ends. */
  run(...args: readonly string[]): Promise<KubectlRun>;
}

const LARGEST_OUTPUT = 64 * 1024 * 1024;

/** `home` keeps its caches, so that nobody else's are read or written. */
export function createKubectl(program: string, options: { readonly kubeconfig: string; readonly home: string }): Kubectl {
  const env = { PATH: process.env['PATH'], HOME: options.home, KUBECONFIG: options.kubeconfig };
  const run = (...args: readonly string[]): Promise<KubectlRun> =>
    new Promise((resolve) => {
      execFile(program, args, { env, maxBuffer: LARGEST_OUTPUT }, (error, stdout, stderr) => {
        resolve({
          code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
          stdout,
          stderr: stderr || (error?.message ?? ''),
        });
      });
    });
  const kubectl = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: code ${code}: ${stderr.trim()}`);
    return stdout;
  };
  return Object.assign(kubectl, { run });
}
