// A rig for the tests of one file.
import { afterAll, beforeAll } from 'vitest';
import { type Rig, type RigSpec, startRig } from './rig.ts';

/** The tests of the file share it; `prepare` runs once, when it has started. */
export function useRig(spec: RigSpec, prepare: (rig: Rig) => Promise<void> = async () => {}): () => Rig {
  let rig: Rig | undefined;
  beforeAll(async () => {
    rig = await startRig(spec);
    await prepare(rig);
  });
  afterAll(async () => {
    await rig?.[Symbol.asyncDispose]();
  });
  return () => {
    if (rig === undefined) throw new Error('the rig did not start');
    return rig;
  };
}
