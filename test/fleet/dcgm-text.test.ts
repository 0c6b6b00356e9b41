// The fleet's DCGM text against the exporter's form (fixtures/dcgm/PROVENANCE.md).
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dcgmText } from '../../src/fleet/dcgm-text.ts';
import type { ExporterState, GpuState } from '../../src/fleet/state.ts';
import { formOf } from './form.ts';
import { GPU } from './specs.ts';

const capturePath = '../shared/captures/dcgm/kops_l4_full.txt';
const MAPPING = ',container,namespace,pod,pod_uid';
const busy: GpuState = { utilization: 0.734, watts: 58.1234, celsius: 61.4, usedMib: 9_692.3, energyJoules: 918.2737 };
const idle: GpuState = { utilization: 0, watts: 16, celsius: 40.4, usedMib: 0, energyJoules: 0 };

const state: ExporterState = {
  namespace: 'demo',
  pod: 'dcgm-0',
  phase: 'up',
  node: 'node-a',
  driverVersion: '580.105.08',
  gpus: [
    { spec: GPU, gpu: busy, namespace: 'demo', pod: 'triton-0', podUid: 'uid-0' },
    { spec: { ...GPU, index: 1, uuid: 'GPU-1' }, gpu: idle, namespace: 'demo', pod: 'triton-1', podUid: 'uid-1' },
  ],
};
const text = dcgmText(state);

describe('form', () => {
  it('is that of the fixture', () => {
    expect(formOf(text)).toEqual(formOf(readFileSync('fixtures/dcgm/authored-4.5-two-gpus.txt', 'utf8')));
  });

  it.skipIf(!existsSync(capturePath))('is a real exporter’s but for the pods (skipped: without ../shared/captures)', () => {
    const real = formOf(readFileSync(capturePath, 'utf8').trimEnd().concat('\n'));
    const unmapped = formOf(text)
      .filter(({ name }) => name !== 'DCGM_FI_DEV_XID_ERRORS')
      .map((family) => ({ ...family, labelKeys: family.labelKeys.map((keys) => keys.replace(MAPPING, '')) }));
    expect(unmapped).toEqual(real);
  });
});

it.each([
  { family: 'DCGM_FI_DEV_SM_CLOCK', values: ['2040', '210'] },
  { family: 'DCGM_FI_DEV_GPU_TEMP', values: ['61', '40'] },
  { family: 'DCGM_FI_DEV_POWER_USAGE', values: ['58.123000', '16.000000'] },
  { family: 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', values: ['918274', '0'] },
  { family: 'DCGM_FI_DEV_GPU_UTIL', values: ['73', '0'] },
  { family: 'DCGM_FI_DEV_FB_FREE', values: ['12872', '22564'] },
  { family: 'DCGM_FI_DEV_FB_USED', values: ['9692', '0'] },
  { family: 'DCGM_FI_PROF_GR_ENGINE_ACTIVE', values: ['0.734000', '0.000000'] },
])('$family', ({ family, values }) => {
  const rows = text.split('\n').filter((line) => line.startsWith(`${family}{`));
  expect(rows.map((row) => row.split(' ').at(-1))).toEqual(values);
});

it('says whose a GPU is', () => {
  expect(text.split('\n')[3]).toBe(
    'DCGM_FI_DEV_SM_CLOCK{gpu="1",UUID="GPU-1",pci_bus_id="00000000:31:00.0",device="nvidia1",modelName="NVIDIA L4",Hostname="node-a",' +
      'DCGM_FI_DRIVER_VERSION="580.105.08",container="triton",namespace="demo",pod="triton-1",pod_uid="uid-1"} 210',
  );
});
