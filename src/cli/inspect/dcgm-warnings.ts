// What is odd about a DCGM exporter, told from one exposition.
import type { Warning } from '../../model/fact.ts';
import { hostOf, nodeNamed } from '../../model/gpu-identity.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import { meaningOf } from '../../sources/canonical.ts';
import { currentName } from '../../sources/dcgm/families.ts';
import type { Document } from './document.ts';
import type { Reading } from './reading.ts';

interface Seen {
  readonly document: Document;
  readonly names: ReadonlySet<string>;
  readonly samples: Document['samples'];
  readonly lines: readonly Labels[];
  readonly readings: readonly Reading[];
}

interface Quirk extends Warning {
  readonly isSeen: (seen: Seen) => boolean;
}

const POD_LABEL = /^(?:exported_)?pod(?:_name)?$/;
/** Physical boards have these, guests of a virtual GPU have none of them. */
const BOARD_SERIES = ['gpu_power_watts', 'gpu_temperature_celsius', 'gpu_energy_joules_total'];
const PROFILING_SERIES = ['gpu_engine_active_ratio', 'gpu_sm_active_ratio', 'gpu_tensor_active_ratio', 'gpu_dram_active_ratio'];
const GUEST_FIELD = 'DCGM_FI_DEV_VGPU_LICENSE_STATUS';
/** How virtual GPUs are called: GRID A100-8C, NVIDIA L40S-24Q. */
const GUEST_MODEL = /^GRID |-\d+[ABCQ]$/;
const XIDS = /^(?:dcgm_xid_errors|DCGM_FI_DEV_XID_ERRORS?)$/;
/** What rows are about that are not about a GPU. */
const OTHER_ENTITY = /^(?:nvswitch|nvlink|cpu|cpucore)$/;

const QUIRKS: readonly Quirk[] = [
  {
    code: 'no-pod-labels',
    message: 'no line names a pod: owners come from Triton’s own gpu_uuid, or run the exporter with DCGM_EXPORTER_KUBERNETES=true',
    isSeen: ({ lines }) => !lines.some((labels) => [...labels].some(([name, value]) => value !== '' && POD_LABEL.test(name))),
  },
  {
    code: 'exported-labels',
    message:
      'a Prometheus in between moved the labels of pods to exported_pod and its like: those are read as owners, and the plain ones are the exporter’s own pod',
    isSeen: ({ lines }) => lines.some((labels) => Boolean(labels.get('exported_pod'))),
  },
  {
    code: 'no-uuid',
    message: 'lines have no UUID: their values have no owner and enter no signal; the exporter prints it, look who takes it away',
    isSeen: ({ readings }) => readings.some(({ labels }) => labels['uuid'] === undefined),
  },
  {
    code: 'no-node',
    message: 'the host that lines name is the exporter’s own pod, not its node: give the target a label node',
    isSeen: ({ lines }) => {
      const hosts = lines.filter((labels) => hostOf(labels) !== undefined);
      return hosts.length > 0 && hosts.every((labels) => nodeNamed(labels, new Map()) === undefined);
    },
  },
  {
    code: 'mig-slices',
    message:
      'some GPUs are cut in MIG instances, for which utilisation does not exist: follow gpu_engine_active_ratio; board-wide fields repeat on each instance',
    isSeen: ({ lines }) => lines.some((labels) => Boolean(labels.get('GPU_I_ID'))),
  },
  {
    code: 'mig-unnamed',
    message: 'lines about MIG instances do not say which one (GPU_I_ID): left out',
    isSeen: ({ lines }) => lines.some((labels) => Boolean(labels.get('GPU_I_PROFILE')) && !labels.get('GPU_I_ID')),
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
    code: 'said-twice',
    message: 'two families say the same, by their old and their new name: the larger value counts',
    isSeen: ({ names }) => {
      const said = [...names].flatMap((name) => meaningOf(currentName(name))?.series ?? []).filter(({ unit }) => unit !== 'errors');
      return new Set(said).size < said.length;
    },
  },
  {
    code: 'virtual-gpu',
    message: 'this is a guest of a virtual GPU: power, temperature, energy and profiling fields do not exist here',
    isSeen: isGuest,
  },
  {
    code: 'no-profiling',
    message:
      'no profiling field is said, so there is neither gpu_engine_active_ratio nor its like: it takes a line in the counter file, SYS_ADMIN and a board since Volta; a profiler in use pauses it',
    isSeen: (seen) => lacksProfiling(seen) && !saysProfiling(seen),
  },
  {
    code: 'profiling-not-listed',
    message:
      'profiling works here, but the counter file lists no field for gpu_engine_active_ratio and its like, as default-counters.csv of exporter 3.3 does not: add DCGM_FI_PROF_GR_ENGINE_ACTIVE',
    isSeen: (seen) => lacksProfiling(seen) && saysProfiling(seen),
  },
  {
    code: 'xid-seen',
    message: 'a GPU has had an XID error: its last code stays until the exporter restarts, and only changes of it are counted',
    isSeen: ({ samples }) => samples.some(({ name, value }) => XIDS.test(currentName(name)) && value > 0),
  },
  {
    code: 'unescaped-labels',
    message:
      'labels break their lines, as a quote in a label of a pod does, which the exporter does not escape: those lines are lost; see the malformed lines',
    isSeen: ({ document: { examples } }) => examples.some(({ reason, text }) => reason === 'bad-labels' && /^DCGM_/i.test(text)),
  },
  {
    code: 'listed-twice',
    message:
      'the counter file lists a field twice, as 1.x-compatibility-metrics.csv of exporter 3.3 does with the bytes of PCIe: the first line counts; see the malformed lines',
    isSeen: ({ document: { examples } }) => examples.some(({ reason, text }) => reason === 'duplicate' && /^DCGM_/i.test(text)),
  },
  {
    code: 'other-entities',
    message: 'lines about switches, single links or processors are kept as they are said, and enter no signal',
    isSeen: ({ lines }) =>
      lines.some(
        (labels) => (labels.get(METRIC_NAME) ?? '').startsWith('DCGM_') && [...labels.keys()].some((name) => OTHER_ENTITY.test(name)),
      ),
  },
];

function lacksProfiling(seen: Seen): boolean {
  return isWhole(seen) && !isGuest(seen) && !seen.readings.some(({ name }) => PROFILING_SERIES.includes(name));
}

/** The bytes of PCIe are profiling fields too, of which nothing canonical is made. */
function saysProfiling({ names }: Seen): boolean {
  return [...names].some((name) => currentName(name).startsWith('DCGM_FI_PROF_'));
}

function isGuest({ names, lines, readings }: Seen): boolean {
  const isCalledSo = names.has(GUEST_FIELD) || lines.some((labels) => GUEST_MODEL.test(labels.get('modelName') ?? ''));
  return isCalledSo && !readings.some(({ name }) => BOARD_SERIES.includes(name));
}

/** An excerpt may lack any field. */
function isWhole({ readings }: Seen): boolean {
  return new Set(readings.map(({ name }) => name)).size >= 5;
}

/** Empty for a text that says nothing of a GPU. */
export function dcgmWarnings(document: Document, readings: readonly Reading[]): Warning[] {
  if (readings.length === 0) return [];
  const { samples } = document;
  const names = new Set(samples.map(({ name }) => name));
  const seen = { document, names, samples, lines: samples.map(({ line }) => line.labels), readings };
  return QUIRKS.filter(({ isSeen }) => isSeen(seen)).map(({ code, message }) => ({ code, message }));
}
