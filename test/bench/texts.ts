// Expositions for benchmarks: captures of real servers said again with other numbers, and pods of a large fleet.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ModelState } from '../../src/fleet/state.ts';
import { tritonText } from '../../src/fleet/triton-text.ts';

const CAPTURES = {
  triton: ['../../../shared/captures/triton/run_a_ensemble_under_load.txt', '../../fixtures/triton/real-2.51.0-cpu.txt'],
  dcgm: ['../../../shared/captures/dcgm/ifa_l4_under_load_settled.txt', '../../fixtures/dcgm/authored-4.5-two-gpus.txt'],
} as const;

/** A capture of a real server where there is one, else the fixture. */
export function captureOf(source: keyof typeof CAPTURES): string {
  for (const path of CAPTURES[source]) {
    const file = fileURLToPath(new URL(path, import.meta.url));
    if (existsSync(file)) return readFileSync(file, 'utf8');
  }
  throw new Error(`no exposition of ${source}`);
}

/** The text as consecutive scrapes would say it: every value that is not zero grows a little each time. */
export function consecutive(text: string, scrapes: number): Uint8Array[] {
  return Array.from({ length: scrapes }, (_, scrape) =>
    new TextEncoder().encode(
      text.replace(/^(?<series>[^#\n].*[ \t])(?<value>[0-9.]+)$/gm, (line, series: string, value: string) =>
        Number(value) === 0 ? line : `${series}${grown(value, scrape)}`,
      ),
    ),
  );
}

/** As many digits behind the point as before. */
function grown(value: string, scrape: number): string {
  const decimals = value.split('.')[1]?.length ?? 0;
  return (Number(value) + (scrape * 7) / 10 ** decimals).toFixed(decimals);
}

export interface PodText {
  /** Models on the GPU: each is 26 lines, beside 12 of the server. */
  readonly models: number;
  readonly gpuUuid: string;
  /** How long the pod has been working. */
  readonly seconds: number;
}

/** A Triton pod with some models on one GPU, each of them at work on a request or two. */
export function podText({ models, gpuUuid, seconds }: PodText): string {
  return tritonText({
    namespace: 'bench',
    pod: 'pod',
    phase: 'up',
    models: modelStates(models, seconds),
    gpuUuid,
    gpuMemoryMib: 24_576,
    gpuLimitWatts: 72,
    gpu: { utilization: (seconds % 17) / 17, watts: 60 + (seconds % 7), celsius: 55, usedMib: 9000, energyJoules: 65 * seconds },
    energyBeforeJoules: 0,
  });
}

/** Its models after so many seconds of work. */
export function modelStates(models: number, seconds: number): ModelState[] {
  const us = Math.round(seconds * 1e6);
  return Array.from({ length: models }, (_, index) => ({
    name: `model_${index}`,
    onGpu: true,
    pending: Math.round(seconds + index) % 4,
    counters: {
      success: Math.round(seconds * (10 + index)),
      inferences: Math.round(seconds * (40 + index)),
      executions: Math.round(seconds * (12 + index)),
      requestUs: us * 2 + index,
      queueUs: Math.round(us / 3) + index,
      inputUs: Math.round(us / 50) + index,
      inferUs: us + index,
      outputUs: Math.round(us / 70) + index,
    },
    batches: new Map([[4, { executions: Math.round(seconds * (12 + index)), inputUs: 0, inferUs: Math.round(us / 2), outputUs: 0 }]]),
  }));
}

export function gpuUuid(index: number): string {
  return `GPU-${String(index).padStart(8, '0')}-1111-2222-3333-444444444444`;
}
