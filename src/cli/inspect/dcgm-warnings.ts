// What is odd about a DCGM exporter, told from one exposition.
import type { Warning } from '../../model/fact.ts';
import type { Labels } from '../../model/labels.ts';
import type { Document } from './document.ts';
import type { Reading } from './reading.ts';

interface Seen {
  readonly names: ReadonlySet<string>;
  readonly lines: readonly Labels[];
  readonly readings: readonly Reading[];
}

interface Quirk extends Warning {
  readonly isSeen: (seen: Seen) => boolean;
}

const POD_LABEL = /^(?:exported_)?pod(?:_name)?$/;
/** Physical boards have these, guests of a virtual GPU have none of them. */
const BOARD_SERIES = ['gpu_power_watts', 'gpu_temperature_celsius', 'gpu_energy_joules_total'];
const GUEST_FIELD = 'DCGM_FI_DEV_VGPU_LICENSE_STATUS';

const QUIRKS: readonly Quirk[] = [
  {
    code: 'no-pod-labels',
    message: 'no line names a pod: owners come from Triton’s own gpu_uuid, or run the exporter with DCGM_EXPORTER_KUBERNETES=true',
    isSeen: ({ lines }) => !lines.some((labels) => [...labels].some(([name, value]) => value !== '' && POD_LABEL.test(name))),
  },
  {
    code: 'mig-slices',
    message:
      'some GPUs are cut in MIG instances, for which utilisation does not exist: follow gpu_engine_active_ratio; board-wide fields repeat on each instance',
    isSeen: ({ lines }) => lines.some((labels) => Boolean(labels.get('GPU_I_ID'))),
  },
  {
    code: 'old-names',
    message: 'family names are in lower case, as exporter 1.x or the option -o writes them: read all the same',
    isSeen: ({ names }) => [...names].some((name) => name.startsWith('dcgm_')),
  },
  {
    code: 'renamed-fields',
    message: 'fields have the names and units of exporter 4.9: read all the same; rules and dashboards that use the old names find nothing',
    isSeen: ({ lines, names }) =>
      names.has('DCGM_FI_DEV_FB_USED_BYTES') || lines.some((labels) => labels.has('DCGM_FI_SYSTEM_DRIVER_VERSION')),
  },
  {
    code: 'virtual-gpu',
    message: 'this is a guest of a virtual GPU: power, temperature, energy and profiling fields do not exist here',
    isSeen: ({ names, readings }) => names.has(GUEST_FIELD) && !readings.some(({ name }) => BOARD_SERIES.includes(name)),
  },
];

/** Empty for a text that says nothing of a GPU. */
export function dcgmWarnings({ samples }: Document, readings: readonly Reading[]): Warning[] {
  if (readings.length === 0) return [];
  const seen = { names: new Set(samples.map(({ name }) => name)), lines: samples.map(({ line }) => line.labels), readings };
  return QUIRKS.filter(({ isSeen }) => isSeen(seen)).map(({ code, message }) => ({ code, message }));
}
