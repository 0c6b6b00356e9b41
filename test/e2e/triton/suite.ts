// A suite that needs a real Triton: skipped, with the reason, where none can be installed.
import { describe, it } from 'vitest';
import { installTriton, type TritonInstall } from './install.ts';
import type { Release } from './releases.ts';

/** For the person who waits; the reporter shows test results only. */
export function progress(text: string): void {
  process.stderr.write(text);
}

/** `await` it at the top of a test file. */
export async function describeTriton(release: Release, title: string, tests: (install: TritonInstall) => void): Promise<void> {
  const install = await installTriton({ release, env: process.env, progress });
  if (install.kind === 'installed') return void describe(title, () => tests(install.triton));
  progress(`skipped: ${title}: ${install.why}\n`);
  describe(title, () => it.skip(`needs Triton: ${install.why}`));
}
