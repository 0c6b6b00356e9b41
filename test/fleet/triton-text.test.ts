// The fleet's Triton text against what a real server said (fixtures/triton/PROVENANCE.md).
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { demoFleet } from '../../src/fleet/demo.ts';
import { createFleet } from '../../src/fleet/fleet.ts';
import type { TritonState } from '../../src/fleet/state.ts';
import { tritonText } from '../../src/fleet/triton-text.ts';
import { type FamilyForm, formOf } from './form.ts';

const fixture = readFileSync('fixtures/triton/real-2.51.0-cpu.txt', 'utf8');
const gpuFixture = readFileSync('fixtures/triton/real-2.51.0-h100-loaded-later.txt', 'utf8');
const capturePath = '../shared/captures/triton/run_x_load_t10.txt';
const isOfGpu = (line: string): boolean => line.includes('gpu_uuid');

function demoState(seconds: number): TritonState {
  const fleet = createFleet(demoFleet(), { seed: 1, startMs: 0 });
  fleet.advanceTo(seconds * 1000);
  const [state] = fleet.snapshot().tritons;
  if (state === undefined) throw new Error('BUG: the demo has no Triton');
  return state;
}

function rows(text: string, family: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith(`${family}{`));
}

// A loaded machine may say its utilisation as 0 or 1.
function withoutCpuClass(form: readonly FamilyForm[]): readonly FamilyForm[] {
  return form.map((family) => (family.name === 'nv_cpu_utilization' ? { ...family, numbers: 'shortest' as const } : family));
}

/** The class of numbers depends on their values. */
function withoutNumbers(form: readonly FamilyForm[]): readonly object[] {
  return form.map(({ numbers: _numbers, ...rest }) => rest);
}

describe('form', () => {
  const form = formOf(tritonText(demoState(30)), (line) => !isOfGpu(line));

  it('is the real server’s', () => {
    expect(form).toEqual(formOf(fixture));
  });

  it.skipIf(!existsSync(capturePath))('is that of another run of it (skipped: without ../shared/captures)', () => {
    expect(withoutCpuClass(form)).toEqual(withoutCpuClass(formOf(readFileSync(capturePath, 'utf8'))));
  });

  it('has the same rows for the same models, whatever their order', () => {
    const labels = (text: string): readonly string[] =>
      [...text.matchAll(/^\w+\{[^}]*\}/gm)]
        .map(([row]) => row)
        .filter((row) => !isOfGpu(row))
        .sort();
    expect(labels(tritonText(demoState(30)))).toEqual(labels(fixture));
  });

  it('is that of a real server with a GPU whose models were loaded after its start', () => {
    expect(withoutNumbers(formOf(tritonText(demoState(30))))).toEqual(withoutNumbers(formOf(gpuFixture)));
  });

  it('puts what only a GPU server says where it belongs', () => {
    const all = formOf(tritonText(demoState(30)));
    const position = (name: string): number => all.findIndex((family) => family.name === name);
    expect(position('nv_energy_consumption')).toBe(position('nv_inference_compute_output_duration_us') + 1);
    expect(position('nv_inference_pending_request_count')).toBe(position('nv_energy_consumption') + 1);
    expect(all.slice(position('nv_pinned_memory_pool_used_bytes') + 1, position('nv_cpu_utilization'))).toMatchObject([
      { name: 'nv_gpu_utilization', type: 'gauge', labelKeys: ['gpu_uuid'], numbers: 'shortest' },
      { name: 'nv_gpu_memory_total_bytes', type: 'gauge', labelKeys: ['gpu_uuid'], numbers: 'integer' },
      { name: 'nv_gpu_memory_used_bytes', type: 'gauge', labelKeys: ['gpu_uuid'], numbers: 'integer' },
      { name: 'nv_gpu_power_usage', type: 'gauge', labelKeys: ['gpu_uuid'], numbers: 'shortest' },
      { name: 'nv_gpu_power_limit', type: 'gauge', labelKeys: ['gpu_uuid'], numbers: 'integer' },
    ]);
    const failure = all.find((family) => family.name === 'nv_inference_request_failure');
    expect(failure?.labelKeys).toEqual(['gpu_uuid,model,reason,version', 'model,reason,version']);
  });
});

describe('two sets of series', () => {
  const counters = { success: 7, inferences: 7, executions: 3, requestUs: 70, queueUs: 20, inputUs: 1, inferUs: 48, outputUs: 1 };
  const state: TritonState = {
    ...demoState(5),
    gpuUuid: 'GPU-x',
    models: [
      { name: 'g', onGpu: true, counters, pending: 4 },
      { name: 'c', onGpu: false, counters, pending: 2 },
    ],
  };
  const text = tritonText(state);

  it.each([
    { family: 'nv_inference_request_success', without: 0, withUuid: 7 },
    { family: 'nv_inference_exec_count', without: 0, withUuid: 3 },
    { family: 'nv_inference_queue_duration_us', without: 0, withUuid: 20 },
    { family: 'nv_inference_compute_infer_duration_us', without: 0, withUuid: 48 },
    { family: 'nv_inference_pending_request_count', without: 4, withUuid: 0 },
  ])('$family', ({ family, without, withUuid }) => {
    expect(rows(text, family).slice(0, 2)).toEqual([
      `${family}{model="g",version="1"} ${without}`,
      `${family}{gpu_uuid="GPU-x",model="g",version="1"} ${withUuid}`,
    ]);
  });

  it('has one row where there is no GPU instance, with everything', () => {
    expect(rows(text, 'nv_inference_request_success')[2]).toBe('nv_inference_request_success{model="c",version="1"} 7');
    expect(rows(text, 'nv_inference_pending_request_count')[2]).toBe('nv_inference_pending_request_count{model="c",version="1"} 2');
    expect(rows(text, 'nv_inference_request_success').length).toBe(3);
  });
});

it('says the GPU’s state in the server’s units', () => {
  const gpu = { utilization: 0.34567, watts: 41.23456, celsius: 55.5, usedMib: 100.9, energyJoules: 1234.5678 };
  const text = tritonText({ ...demoState(0), gpuUuid: 'GPU-x', gpu, energyBeforeJoules: 1000 });
  const value = (family: string): string | undefined => rows(text, family)[0]?.split(' ')[1];
  expect(value('nv_gpu_utilization')).toBe('0.35');
  expect(value('nv_gpu_power_usage')).toBe('41.235');
  expect(value('nv_gpu_memory_used_bytes')).toBe(String(100 * 1024 * 1024));
  expect(value('nv_energy_consumption')).toBe('234.568');
});
