// What the runner hands to the test files: programs, and the folder of this run.
import { join } from 'node:path';
import * as z from 'zod';
import type { Programs } from './control-plane/programs.ts';
import { type Crds, crdsSchema } from './crds.ts';

const VARIABLE = 'PLIMSOLL_E2E_RUN';

const runSchema = z.object({
  programs: z.object({ etcd: z.string(), 'kube-apiserver': z.string(), 'kube-controller-manager': z.string(), kubectl: z.string() }),
  folder: z.string(),
  hasOwnNetwork: z.boolean(),
  crds: crdsSchema,
});

export interface Run {
  readonly programs: Programs;
  /** Takes the report's parts, logs and configurations. */
  readonly folder: string;
  /** Whether it runs in a network in which pods can have addresses of their own. */
  readonly hasOwnNetwork: boolean;
  /** Others' resources that examples have. */
  readonly crds: Crds;
}

export function environmentOf(run: Run): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(run) };
}

/** Throws where a test file was not started by the runner. */
export function currentRun(): Run {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error('start these tests by npm run test:e2e, which finds or builds the programs they need');
  return runSchema.parse(JSON.parse(text));
}

/** The long form: every step of the figures, cycles to their end. */
export function isFull(): boolean {
  return process.env['E2E_FULL'] === '1';
}

export function partsFolder(run: Run): string {
  return join(run.folder, 'parts');
}
