// Plimsoll's own numbers about a GPU, beside what the driver says of it.
import { expect } from 'vitest';
import { readExposition } from '../../../src/exposition/read.ts';
import { contradictions, type GpuTruth } from '../../nvidia-smi.ts';
import type { PlimsollProcess } from '../triton/plimsoll.ts';
import { progress } from '../triton/suite.ts';
import { until } from '../wait.ts';
import { readGpu } from './driver.ts';

export type Readings = ReadonlyMap<string, number>;

export interface Watched {
  readonly plimsoll: PlimsollProcess;
  readonly uuid: string;
}

/** Canonical series → value, as one source says them of one GPU now. */
export async function readingsOf({ plimsoll, uuid }: Watched, source: string): Promise<Readings> {
  const matcher = encodeURIComponent(`{__name__=~"gpu_.+",source="${source}",uuid="${uuid}"}`);
  const response = await fetch(`${plimsoll.telemetryUrl}/federate?match[]=${matcher}`);
  const { families } = readExposition(await response.text());
  return new Map(families.flatMap(({ name, samples }) => samples.map(({ value }) => [name, value] as const)));
}

/** The driver looks once a fifth of a second, DCGM once a second, and a change of load takes a second to show in the power drawn. */
const SETTLED_MS = 20_000;

/** Once the load is steady every reading agrees with the driver, and those named are there. */
export async function expectTruth(watched: Watched, source: string, named: readonly string[]): Promise<Readings> {
  let found: readonly string[] = [];
  const { readings, before } = await until({
    ask: async () => {
      const before = await readGpu(watched.uuid);
      const readings = await readingsOf(watched, source);
      found = contradictions({ readings, before, after: await readGpu(watched.uuid) });
      return found.length === 0 && readings.size > 0 ? { readings, before } : undefined;
    },
    withinMs: SETTLED_MS,
    everyMs: 1000,
    failure: () => `${source} and nvidia-smi: ${found.join('; ') || 'nothing is read'}`,
  });
  progress(`  ${source}: ${told(readings, before)}\n`);
  expect([...readings.keys()]).toEqual(expect.arrayContaining([...named]));
  return readings;
}

function told(readings: Readings, truth: GpuTruth): string {
  return [...readings]
    .filter(([name]) => truth.values.has(name))
    .map(([name, value]) => `${name} ${value} (${truth.values.get(name)})`)
    .join(', ');
}
