// docs/sources.md, from the table of canonical series.
import { REPORT } from '../../../src/app/ingest/reserved-names.ts';
import { FACT_NAMES } from '../../../src/facts/names.ts';
import { type Scale, scaleOf } from '../../../src/lib/scale.ts';
import { NODE_CPU_CORES } from '../../../src/model/fact.ts';
import { oldestSampleMs } from '../../../src/model/target.ts';
import type { CanonicalSeries, Generation, RawFamily } from '../../../src/sources/canonical.ts';
import { EVERY_SERIES } from '../../../src/sources/every-series.ts';
import { code, GENERATED, table } from './markdown.ts';

const GENERATIONS: Readonly<Record<Generation, string>> = {
  'dcgm-1': 'DCGM exporter 1.x',
  dcgm: 'DCGM exporter to 4.8',
  'dcgm-4.9': 'DCGM exporter from 4.9',
  triton: 'Triton',
  kubelet: 'kubelet',
  tegrastats: 'tegrastats',
  proc: '/proc',
  vllm: 'vLLM, or its backend in Triton',
  sglang: 'SGLang',
  nim: 'NIM for LLMs',
  trtllm: 'TensorRT-LLM’s backend in Triton',
  alias: 'configuration',
};

const READINGS: Readonly<Record<NonNullable<RawFamily['reading']>, string>> = {
  percent: 'checked against its values',
  ratio: 'checked against its values',
  'last-code': 'changes are counted',
};

function rowsOf({ name, unit, kind, from }: CanonicalSeries): string[][] {
  return from.map(({ raw, generation, scale, reading, where, since, replacedBy }, index) => [
    index === 0 ? code(name) : '',
    index === 0 ? `${unit.replaceAll('_', ' ')}, ${kind}` : '',
    code(where === undefined ? raw : `${raw}{${where.label}="${where.value}"}`),
    `${GENERATIONS[generation]}${since === undefined ? '' : ` (since ${generation === 'trtllm' ? `Triton ${since}` : since})`}`,
    reading === 'last-code' ? 'code of the last error' : rawUnit(unit, scale),
    factorText(scaleOf(scale)),
    [reading === undefined ? [] : [READINGS[reading]], replacedBy === undefined ? [] : [`not where ${code(replacedBy)} is said`]]
      .flat()
      .join(', '),
  ]);
}

/** What a factor to a base unit says of the raw one. */
const RAW_UNITS: Readonly<Record<string, string>> = {
  'ratio 0.01': '%',
  'bytes 1048576': 'MiB',
  'hertz 1000000': 'MHz',
  'bytes_per_second 1000000': 'MB/s',
  'joules 0.001': 'mJ',
  'watts 0.001': 'mW',
};

function rawUnit(unit: CanonicalSeries['unit'], scale: number): string {
  if (scale === 1) return unit.replaceAll('_', ' ');
  const known = RAW_UNITS[`${unit} ${scale}`];
  if (known === undefined) throw new Error(`no name for the unit of ${unit} × ${scale}`);
  return known;
}

function factorText({ times, dividedBy }: Scale): string {
  if (dividedBy !== 1) return `÷ ${dividedBy}`;
  return times === 1 ? '' : `× ${times}`;
}

export function sourcesDocument(): string {
  return `# Canonical series

${GENERATED}

Raw series keep the names and units that the server said. Beside them, what is known of a GPU, of pods and of nodes is written once more as a canonical series:
one name and unit for each meaning, whatever exporter and version said it. Both are on \`/federate?match[]=<selector>\`.

${table(['canonical series', 'unit, kind', 'raw family', 'said by', 'its unit', 'factor', 'besides'], EVERY_SERIES.flatMap(rowsOf))}
## What they mean

${table(
  ['canonical series', 'meaning'],
  EVERY_SERIES.map(({ name, help }) => [code(name), help]),
)}
## Rules

- Labels of GPUs: \`gpu\`, \`uuid\`, \`mig_profile\`, \`mig_id\`, \`node\`, \`source\`. A GPU is its \`uuid\`, a MIG instance its \`uuid\` and \`mig_id\`. \`UUID\` and \`uuid\`, \`Hostname\` and \`hostname\` are the same.
- Lines that differ only in pods, \`vgpu\` or \`hpc_job\` repeat one device's value: the largest counts, never the sum.
- Numbers that stand for *not known* are left out: DCGM's blanks of every width, and a 0 where none is true (temperature of the memory, its size, power, the power limit, energy), as of a sensor that a board does not have or a server fails to read.
- *Checked against its values*: DCGM 4.6 has the name \`GPU_UTIL_RATIO\` for integer percents, DCGM 4.7 for a true ratio. For each target, over all such fields, a whole number from 2 to 100 shows percents
  and a fraction below 1 shows a ratio; a field that only DCGM 4.7 has, or the label \`DCGM_FI_SYSTEM_DRIVER_VERSION\`, decides alone. Until then a 1 is not known, and where both units were shown nothing but 0 is.
  Fractions under the old names are no percents that DCGM prints, and are left out until a value from 2 on shows that they are.
- *Changes are counted*: \`gpu_xid_errors_total\` grows by one when the last error's code becomes another one. Where the exporter counts itself (\`DCGM_EXP_XID_ERRORS_TOTAL\`), only that is used.
- NVLink's traffic is a rate, whatever its declared type: do not take \`rate()\` of it.
- These names, those of facts (${FACT_NAMES.map(code).join(', ')}) and ${Object.values(REPORT).map(code).join(', ')} are Plimsoll’s own: a target that says a series under one of them has it kept as \`exported_<name>\`, with the warning \`reserved-name\`.
- Names of a re-exporter are explained under \`aliases\` in the configuration: \`{raw, canonical, scale}\`. They win over this table, and their values are taken as they are.

## Kubelets

A kubelet says under \`/metrics/resource\` what its pods and its node use; a target of it has the label \`node\`, by which it is known whose pods it speaks of.

- Each of its samples carries the time at which it was taken, at the kubelet's own pace (10 to 30 s), and keeps it: a time that stands still adds no sample, however often it is read.
- A sample that is read more than ${oldestSampleMs('kubelet') / 1000} s after it was taken is none: the series is absent, and the target has the warning \`old-samples\`. So is a series that the kubelet does not say any more, at once.
- \`resource_scrape_error 1\` alone, from a kubelet that cannot read its containers, is a failed scrape.
- The fact \`${NODE_CPU_CORES}\` is what a cluster tells of the node: allocatable cores. Kubelets named in \`static_configs\` have none, and the warning \`cores-unknown\`.
- What containers use stays raw. With many pods a rule in \`metric_relabel_configs\` that keeps \`pod_.*|node_.*\` alone saves most of a kubelet's series.

## Who holds a GPU

The fact \`gpu_owner{uuid, mig_id, namespace, pod, container, evidence, shared} 1\` says it; \`plimsoll inspect --config FILE\` shows it.

| evidence | what it is |
| --- | --- |
| \`exporter-labels\` | The exporter's lines name the pod (\`pod\`, or \`pod_name\` with its option \`-o\`). Its own pod is refused, and so are lines of other families. |
| \`exported-labels\` | The same, after a label of the target had pushed them to \`exported_pod\`; a line without them then names no owner. |
| \`triton-uuid\` | The pod's own Triton names the GPU (\`gpu_uuid\`): an exporter without pod labels is enough. |
| \`only-gpu-pod\` | The exporter names no pods, and one pod of its node serves Triton and names no GPU itself. |

A GPU that \`n\` pods hold gives its value to each of them, is marked \`shared="n"\`, and counts once in a sum.
What cannot be told is absent with the reason \`ambiguous\`; \`gpu_owner_candidate{…, why}\` names the candidates: several Triton pods on a node without labels, one of several MIG instances, a UUID reported on two nodes.
`;
}
