// The canonical series as recording rules: the same table, read by a Prometheus that has the raw families.
import { scaleOf } from '../lib/scale.ts';
import { type RecordedPart, type RecordingRule, withLabel } from '../model/recording-rule.ts';
import { CANONICAL_SERIES, type CanonicalSeries, type RawFamily } from './canonical.ts';
import { OWN_XID_TOTAL } from './dcgm/families.ts';
import { KUBELET_SERIES } from './kubelet/families.ts';
import { LLM_SERIES } from './llm/series.ts';
import { HOST_SERIES } from './triton/host.ts';

/** Labels of a target that a rule keeps; it cannot keep those that it does not know. */
const TARGET = ['job', 'instance', 'node'];
const GPU = [...TARGET, 'gpu', 'uuid', 'mig_profile', 'mig_id'];

/** In the order of the table: one rule for what DCGM exporters say of a meaning, one for what Tritons do. */
export function canonicalRules(): readonly RecordedPart[] {
  return [...CANONICAL_SERIES.map(gpuPart), ...HOST_SERIES.map(hostPart), ...KUBELET_SERIES.map(kubeletPart)];
}

/** Counters that keep times of their own, by canonical name: expressions have to read them raw. */
export function rawCounters(): ReadonlyMap<string, string> {
  return new Map(KUBELET_SERIES.flatMap(({ name, kind, from: [family] }) => (kind === 'counter' && family ? [[name, family.raw]] : [])));
}

/** Raw families of DCGM that every exporter has for every GPU and slice: they tell who holds it. */
export function everyGpuFamilies(): readonly string[] {
  const told = CANONICAL_SERIES.filter(({ name }) => name === 'gpu_memory_used_bytes' || name === 'gpu_temperature_celsius');
  return told.flatMap(({ from }) => from.filter(isOfExporter).map(({ raw }) => raw));
}

/** What no Prometheus reads is said by Plimsoll alone. */
function isOfExporter({ generation }: RawFamily): boolean {
  return generation === 'dcgm-1' || generation === 'dcgm' || generation === 'dcgm-4.9';
}

/** Canonical series of servers of language models: none is recorded. */
export function llmSeries(): readonly string[] {
  return LLM_SERIES.map(({ name }) => name);
}

function gpuPart(series: CanonicalSeries): RecordedPart {
  const said = series.from.filter(({ reading }) => reading !== 'last-code');
  const codes = series.from.filter(({ reading }) => reading === 'last-code').map(({ raw }) => raw);
  const notes =
    codes.length === 0 ? [] : [`No rule: changes of the last error’s code (${codes.join(', ')}), for no rule remembers what it counted.`];
  const servers = said.filter(({ generation }) => generation === 'triton');
  const exporters = said.filter(isOfExporter);
  const rules = [
    ...(exporters.length === 0 ? [] : [exporterRule(series, exporters)]),
    ...servers.map((family) => serverRule(series, family)),
  ];
  return { help: helpOf(series), rules, notes: [...notes, ...unitNotes(said)] };
}

function helpOf({ help, unit }: CanonicalSeries): string {
  return `${help} Unit: ${unit}.`;
}

function unitNotes(families: readonly RawFamily[]): readonly string[] {
  const named = (kind: RawFamily['reading']): string => families.flatMap(({ raw, reading }) => (reading === kind ? [raw] : [])).join(', ');
  const [percents, ratios] = [named('percent'), named('ratio')];
  return [
    ...(percents === ''
      ? []
      : [`Percents: ${percents}; a re-exporter may say 0 to 1 under such a name, which Plimsoll tells by the values that it saw.`]),
    ...(ratios === ''
      ? []
      : [`A ratio: ${ratios}; exporter 4.8 with a counter file of its own says percents under that name, which Plimsoll sees too.`]),
  ];
}

function serverRule(series: CanonicalSeries, family: RawFamily): RecordingRule {
  const values = valuesOf(`${family.raw}{gpu_uuid!=""}`, { series, family });
  const expr = `max by (${[...TARGET, 'uuid'].join(', ')}) (${withLabel(values, { to: 'uuid', from: 'gpu_uuid' })})`;
  return { record: series.name, expr, labels: { source: 'triton' } };
}

/** Of several generations of names an exporter has one. */
function exporterRule(series: CanonicalSeries, families: readonly RawFamily[]): RecordingRule {
  // A line about an instance that does not say which one is about nothing that is known.
  const values = families.map(
    (family) => `${valuesOf(family.raw, { series, family })} unless ${family.raw}{GPU_I_PROFILE!="",GPU_I_ID=""}`,
  );
  const labels = families.some(({ raw }) => raw === OWN_XID_TOTAL) ? [...GPU, 'xid'] : GPU;
  const expr = `max by (${labels.join(', ')}) (\n${withNode(identified(`\n${values.join('\nor ')}\n`))})`;
  return { record: series.name, expr, labels: { source: 'dcgm' } };
}

/** The exporter's labels of a GPU or an instance, under the names of canonical series. */
export function identified(vector: string): string {
  const uuid = withLabel(vector, { to: 'uuid', from: 'UUID' });
  return withLabel(withLabel(uuid, { to: 'mig_id', from: 'GPU_I_ID' }), { to: 'mig_profile', from: 'GPU_I_PROFILE' });
}

/** Goes with the aggregation around it. */
const HOSTS = '__tmp_hosts';

/** The host that a line names, where the target has no node and the host can be one; `model/gpu-identity.ts` says which cannot. */
function withNode(vector: string): string {
  const hosts = `label_join(${vector}, "${HOSTS}", "@", "node", "Hostname", "hostname")`;
  const named = withLabel(hosts, { to: 'node', from: HOSTS, regex: '@@?([^@]+)(?:@.*)?' });
  const noNode = '@@?(?:[^@]*dcgm-exporter[^@]*|localhost|127\\.[^@]*|::1)(?:@.*)?';
  return withLabel(named, { to: 'node', from: HOSTS, regex: noNode, text: '' });
}

interface Reading {
  readonly series: CanonicalSeries;
  readonly family: RawFamily;
}

/** In the canonical unit, without what stands for "not known" (`sources/blank.ts`). */
function valuesOf(selector: string, { series, family: { reading, scale } }: Reading): string {
  const readable = reading === undefined ? withoutBlanks(selector, series) : `${selector} >= 0 <= ${reading === 'percent' ? 100 : 1}`;
  const { times, dividedBy } = scaleOf(scale);
  if (dividedBy !== 1) return `(${readable}) / ${dividedBy}`;
  return times === 1 ? readable : `(${readable}) * ${times}`;
}

// DCGM's blanks: all from FP64_BLANK on, and the last sixteen integers of 32 bits.
const LEAST_BLANK = 140_737_488_355_328;
const INT32_BLANKS = '2147483632, 2147483647';

function withoutBlanks(selector: string, { zeroIsBlank }: CanonicalSeries): string {
  const said = zeroIsBlank === true ? `${selector} != 0` : selector;
  return `${said} < ${LEAST_BLANK} > -Inf unless ${selector} == clamp(floor(${selector}), ${INT32_BLANKS})`;
}

function hostPart(series: CanonicalSeries): RecordedPart {
  const rules = series.from.map(({ raw }) => ({ record: series.name, expr: withoutBlanks(raw, series) }));
  return { help: helpOf(series), rules, notes: [] };
}

function kubeletPart(series: CanonicalSeries): RecordedPart {
  const [family] = series.from;
  const raw = family?.raw ?? '';
  if (series.kind === 'counter') {
    const note = `No rule: the samples of ${raw} have times of their own, which a rule would replace by its own; the signals below read that.`;
    return { help: helpOf(series), rules: [], notes: [note] };
  }
  const isOfPod = series.name.startsWith('pod_');
  const labels = isOfPod ? [...TARGET, 'namespace', 'pod'] : TARGET;
  const selector = isOfPod ? `${raw}{namespace!="",pod!=""}` : raw;
  return {
    help: helpOf(series),
    rules: [{ record: series.name, expr: `max by (${labels.join(', ')}) (${selector} < +Inf > -Inf)` }],
    notes: [],
  };
}
