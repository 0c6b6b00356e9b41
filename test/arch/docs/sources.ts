// docs/sources.md, from the table of canonical series.
import { REPORT } from '../../../src/app/reserved-names.ts';
import { FACT_NAMES } from '../../../src/facts/names.ts';
import { type Scale, scaleOf } from '../../../src/lib/scale.ts';
import { CANONICAL_SERIES, type CanonicalSeries, type Generation, type RawFamily } from '../../../src/sources/canonical.ts';
import { HOST_SERIES } from '../../../src/sources/triton/host.ts';
import { code, GENERATED, table } from './markdown.ts';

const SERIES = [...CANONICAL_SERIES, ...HOST_SERIES];

const GENERATIONS: Readonly<Record<Generation, string>> = {
  'dcgm-1': 'DCGM exporter 1.x',
  dcgm: 'DCGM exporter to 4.8',
  'dcgm-4.9': 'DCGM exporter from 4.9',
  triton: 'Triton',
  alias: 'configuration',
};

const READINGS: Readonly<Record<NonNullable<RawFamily['reading']>, string>> = {
  percent: 'checked against its values',
  ratio: 'checked against its values',
  'last-code': 'changes are counted',
};

function rowsOf({ name, unit, kind, from }: CanonicalSeries): string[][] {
  return from.map(({ raw, generation, scale, reading }, index) => [
    index === 0 ? code(name) : '',
    index === 0 ? `${unit.replaceAll('_', ' ')}, ${kind}` : '',
    code(raw),
    GENERATIONS[generation],
    factorText(scaleOf(scale)),
    reading === undefined ? '' : READINGS[reading],
  ]);
}

function factorText({ times, dividedBy }: Scale): string {
  if (dividedBy !== 1) return `÷ ${dividedBy}`;
  return times === 1 ? '' : `× ${times}`;
}

export function sourcesDocument(): string {
  return `# Canonical series

${GENERATED}

Raw series keep the names and units that the server said. Beside them, what is known of a GPU is written once more as a canonical series:
one name and unit for each meaning, whatever exporter and version said it. Both are on \`/federate?match[]=<selector>\`.

${table(['canonical series', 'unit, kind', 'raw family', 'said by', 'factor', 'besides'], SERIES.flatMap(rowsOf))}
## What they mean

${table(
  ['canonical series', 'meaning'],
  SERIES.map(({ name, help }) => [code(name), help]),
)}
## Rules

- Labels: \`gpu\`, \`uuid\`, \`mig_profile\`, \`mig_id\`, \`node\`, \`source\`. A GPU is its \`uuid\`, a MIG instance its \`uuid\` and \`mig_id\`. \`UUID\` and \`uuid\`, \`Hostname\` and \`hostname\` are the same.
- Lines that differ only in pods, \`vgpu\` or \`hpc_job\` repeat one device's value: the largest counts, never the sum.
- Numbers that stand for *not known* (DCGM's blanks, the 0 of a memory sensor that a board does not have) are left out.
- *Checked against its values*: DCGM 4.6 has the name \`GPU_UTIL_RATIO\` for integer percents, DCGM 4.7 for a true ratio. For each target and family, a whole number above 1 shows percents, for good;
  a fraction shows a ratio; so does a field that only DCGM 4.7 has, or the label \`DCGM_FI_SYSTEM_DRIVER_VERSION\`. Until then a 1 is not known. Fractions under the old names are no percents that DCGM prints, and are left out until a value above 1 shows that they are.
- *Changes are counted*: \`gpu_xid_errors_total\` grows by one when the last error's code becomes another one. Where the exporter counts itself (\`DCGM_EXP_XID_ERRORS_TOTAL\`), only that is used.
- NVLink's traffic is a rate, whatever its declared type: do not take \`rate()\` of it.
- These names, those of facts (${FACT_NAMES.map(code).join(', ')}) and ${Object.values(REPORT).map(code).join(', ')} are Plimsoll’s own: a target that says a series under one of them has it kept as \`exported_<name>\`, with the warning \`reserved-name\`.
- Names of a re-exporter are explained under \`aliases\` in the configuration: \`{raw, canonical, scale}\`. They win over this table, and their values are taken as they are.

## Who holds a GPU

The fact \`gpu_owner{uuid, mig_id, namespace, pod, container, evidence, shared} 1\` says it; \`plimsoll inspect --config FILE\` shows it.

| evidence | what it is |
| --- | --- |
| \`exporter-labels\` | The exporter's lines name the pod (\`pod\`, or \`pod_name\` with its option \`-o\`). Its own pod is refused. |
| \`exported-labels\` | The same, after a label of the target had pushed them to \`exported_pod\`. |
| \`triton-uuid\` | The pod's own Triton names the GPU (\`gpu_uuid\`): an exporter without pod labels is enough. |
| \`only-gpu-pod\` | The exporter names no pods, and one pod of its node serves Triton and names no GPU itself. |

A GPU that \`n\` pods hold gives its value to each of them, is marked \`shared="n"\`, and counts once in a sum.
What cannot be told is absent with the reason \`ambiguous\`; \`gpu_owner_candidate{…, why}\` names the candidates: several Triton pods on a node without labels, one of several MIG instances, a UUID reported on two nodes.
`;
}
