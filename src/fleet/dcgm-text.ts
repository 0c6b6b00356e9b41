// What dcgm-exporter 4.5 says on :9400/metrics with its Kubernetes mapping on, from a state.
//
// Label order and the two number formats (%d, %f) are the exporter's template's; the families are those of its default counters
// with the profiling ones that an L4 has, in the order of fixtures/dcgm/authored-4.5-two-gpus.txt.
import type { ExportedGpu, ExporterState } from './state.ts';
import { type Family, familiesText, type Row } from './text.ts';

interface Field {
  readonly name: string;
  readonly type: Family['type'];
  readonly help: string;
  readonly format: 'integer' | 'double';
  readonly value: (exported: ExportedGpu) => number;
}

/** What the driver keeps for itself on an L4. */
const RESERVED_MIB = 470;

// An NVIDIA L4's clocks: 210 MHz idle, 2040 MHz at most; 405 and 6251 MHz for its memory, which has no temperature sensor.
const FIELDS: readonly Field[] = [
  gauge('DEV_SM_CLOCK', 'SM clock frequency (in MHz).', ({ gpu }) => (gpu.utilization > 0 ? 2040 : 210)),
  gauge('DEV_MEM_CLOCK', 'Memory clock frequency (in MHz).', ({ gpu }) => (gpu.utilization > 0 ? 6251 : 405)),
  gauge('DEV_MEMORY_TEMP', 'Memory temperature (in C).', () => 0),
  gauge('DEV_GPU_TEMP', 'GPU temperature (in C).', ({ gpu }) => gpu.celsius),
  double('DEV_POWER_USAGE', 'Power draw (in W).', ({ gpu }) => Math.round(gpu.watts * 1000) / 1000),
  counter('DEV_TOTAL_ENERGY_CONSUMPTION', 'Total energy consumption since boot (in mJ).', ({ gpu }) => gpu.energyJoules * 1000),
  counter('DEV_PCIE_REPLAY_COUNTER', 'Total number of PCIe retries.', () => 0),
  gauge('DEV_GPU_UTIL', 'GPU utilization (in %).', ({ gpu }) => gpu.utilization * 100),
  gauge('DEV_MEM_COPY_UTIL', 'Memory utilization (in %).', ({ gpu }) => gpu.utilization * 40),
  gauge('DEV_ENC_UTIL', 'Encoder utilization (in %).', () => 0),
  gauge('DEV_DEC_UTIL', 'Decoder utilization (in %).', () => 0),
  gauge('DEV_XID_ERRORS', 'Value of the last XID error encountered.', () => 0),
  gauge('DEV_FB_FREE', 'Framebuffer memory free (in MiB).', ({ spec, gpu }) => spec.memoryMib - RESERVED_MIB - Math.round(gpu.usedMib)),
  gauge('DEV_FB_USED', 'Framebuffer memory used (in MiB).', ({ gpu }) => gpu.usedMib),
  gauge('DEV_FB_RESERVED', 'Framebuffer memory reserved (in MiB).', () => RESERVED_MIB),
  counter('DEV_UNCORRECTABLE_REMAPPED_ROWS', 'Number of remapped rows for uncorrectable errors', () => 0),
  counter('DEV_CORRECTABLE_REMAPPED_ROWS', 'Number of remapped rows for correctable errors', () => 0),
  gauge('DEV_ROW_REMAP_FAILURE', 'Whether remapping of rows has failed', () => 0),
  gauge('DEV_VGPU_LICENSE_STATUS', 'vGPU License status', () => 0),
  double('PROF_GR_ENGINE_ACTIVE', 'Ratio of time the graphics engine is active.', ({ gpu }) => gpu.utilization),
  double('PROF_PIPE_TENSOR_ACTIVE', 'Ratio of cycles the tensor (HMMA) pipe is active.', ({ gpu }) => gpu.utilization * 0.5),
  double(
    'PROF_DRAM_ACTIVE',
    'Ratio of cycles the device memory interface is active sending or receiving data.',
    ({ gpu }) => gpu.utilization * 0.35,
  ),
  gauge('PROF_PCIE_TX_BYTES', pcieHelp('transmitted'), ({ gpu }) => 1e5 + gpu.utilization * 4e8),
  gauge('PROF_PCIE_RX_BYTES', pcieHelp('received'), ({ gpu }) => 2e4 + gpu.utilization * 9e8),
];

export function dcgmText(state: ExporterState): string {
  return familiesText(
    FIELDS.map(({ name, help, type, format, value }) => ({
      name,
      help,
      type,
      rows: state.gpus.map((exported) => ({ labels: labelsOf(state, exported, name), value: dcgmNumber(value(exported), format) })),
    })),
  );
}

/** Device labels, the counter file's labels, then what Kubernetes adds, sorted by name. */
function labelsOf(state: ExporterState, exported: ExportedGpu, family: string): Row['labels'] {
  const { spec } = exported;
  const error = family.endsWith('XID_ERRORS') ? [['err_code', '0'] as const, ['err_msg', 'No Error'] as const] : [];
  return [
    ['gpu', String(spec.index)],
    ['UUID', spec.uuid],
    ['pci_bus_id', spec.pciBusId],
    ['device', `nvidia${spec.index}`],
    ['modelName', spec.modelName],
    ['Hostname', state.node],
    ['DCGM_FI_DRIVER_VERSION', state.driverVersion],
    ['container', 'triton'],
    ...error,
    ['namespace', exported.namespace],
    ['pod', exported.pod],
    ['pod_uid', exported.podUid],
  ];
}

function gauge(field: string, help: string, value: Field['value']): Field {
  return { name: `DCGM_FI_${field}`, type: 'gauge', help, format: 'integer', value };
}

function counter(field: string, help: string, value: Field['value']): Field {
  return { name: `DCGM_FI_${field}`, type: 'counter', help, format: 'integer', value };
}

function double(field: string, help: string, value: Field['value']): Field {
  return { name: `DCGM_FI_${field}`, type: 'gauge', help, format: 'double', value };
}

function pcieHelp(direction: string): string {
  return `The rate of data ${direction} over the PCIe bus - including both protocol headers and data payloads - in bytes per second.`;
}

function dcgmNumber(value: number, format: Field['format']): string {
  return format === 'integer' ? String(Math.round(value)) : value.toFixed(6);
}
