// What the driver of this machine says of its GPUs.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type GpuTruth, parseNvidiaSmi } from '../../nvidia-smi.ts';

/** A driver answers within half a second; one that is broken may never. */
const PATIENCE_MS = 10_000;

/** Undefined where there is no driver, or no GPU that it knows. */
export async function readGpus(): Promise<readonly GpuTruth[] | undefined> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', ['-q', '-x'], { timeout: PATIENCE_MS });
    const gpus = parseNvidiaSmi(stdout);
    return gpus.length === 0 ? undefined : gpus;
  } catch {
    return undefined;
  }
}

/** Of one GPU now. */
export async function readGpu(uuid: string): Promise<GpuTruth> {
  const gpu = (await readGpus())?.find((one) => one.uuid === uuid);
  if (gpu === undefined) throw new Error(`nvidia-smi does not name ${uuid} any more`);
  return gpu;
}
