// Everything that Plimsoll sees in one text: pure, so that the command only reads and prints.
import { reservedNameWarnings } from '../../app/ingest/reserved-names.ts';
import { keyOf } from '../../lib/key.ts';
import type { ModelVersion } from '../../model/description.ts';
import type { Warning } from '../../model/fact.ts';
import type { SourceName } from '../../model/target.ts';
import { meaningOf, renamedFamily } from '../../sources/canonical.ts';
import { currentName } from '../../sources/dcgm/families.ts';
import { otherSources, recogniseSource } from '../../sources/index.ts';
import { isTegrastats } from '../../sources/tegrastats/recognise.ts';
import { canonicalReadings } from './canonical-readings.ts';
import { dcgmWarnings } from './dcgm-warnings.ts';
import { type Document, LIMITS, readDocument } from './document.ts';
import { kubeletWarnings } from './kubelet-warnings.ts';
import type { Reading } from './reading.ts';
import { tegrastatsDocument } from './tegrastats-document.ts';
import { tritonReadings } from './triton-readings.ts';
import { tritonWarnings } from './triton-warnings.ts';

export interface Inspection {
  readonly source: SourceName;
  readonly document: Document;
  readonly readings: readonly Reading[];
  readonly warnings: readonly Warning[];
}

export function inspectBytes(bytes: Uint8Array): Inspection {
  const scanned = readDocument(bytes);
  const text = new TextDecoder().decode(bytes);
  const source = recogniseSource({ families: scanned.families, text });
  // Tegrastats says no exposition: as one, each of its lines would be malformed.
  const said = isTegrastats(text) ? tegrastatsDocument(text) : { document: scanned, warnings: [] };
  const { document } = said;
  const canonical = canonicalReadings(document, source);
  const models = source === 'triton' ? tritonReadings(document) : [];
  const warnings = [...said.warnings, ...sourceWarnings(source, document), ...canonical.warnings];
  warnings.push(...reservedNameWarnings(document.samples.map(({ line }) => line)));
  if (document.cut) warnings.push(CUT);
  if (document.samples.length > 0 && bytes.at(-1) !== NEWLINE) warnings.push(UNFINISHED);
  if (source === 'dcgm') warnings.push(...dcgmWarnings(document, canonical.readings));
  if (source === 'triton') warnings.push(...tritonWarnings(document, [...models, ...canonical.readings]));
  if (source === 'kubelet') warnings.push(...kubeletWarnings(document));
  return { source, document, readings: [...models, ...canonical.readings], warnings };
}

/** The model versions that a Triton's lines speak of. */
export function modelsOf({ readings }: Inspection): readonly ModelVersion[] {
  const named = readings.flatMap(({ labels: { model, version = '' } }) => (model === undefined ? [] : [{ model, version }]));
  return [...new Map(named.map((one) => [keyOf([one.model, one.version]), one])).values()];
}

function sourceWarnings(source: SourceName, document: Document): Warning[] {
  if (source === 'tegrastats') return [];
  if (document.samples.length === 0) return [noSamples(document.families.size)];
  const warnings = source === 'generic' ? [document.families.has('resource_scrape_error') ? SCRAPE_ERROR : UNKNOWN_SOURCE] : [];
  const renamed = [...document.families].flatMap((name) => (meaningOf(currentName(name)) === undefined ? namedLike(name) : []));
  if (renamed.length > 0) warnings.push(renamedFamilies(renamed));
  const others = otherSources(document);
  if (others.length > 0) warnings.push(severalSources(source, others));
  if (source !== 'kubelet' && document.samples.some(isStamped)) warnings.push(OWN_TIMES);
  const instances = new Set(document.samples.flatMap(({ line }) => line.labels.get('instance') ?? []));
  if (instances.size > 1) warnings.push(severalInstances(instances.size));
  return warnings;
}

function isStamped({ timestampMs }: Document['samples'][number]): boolean {
  return !Number.isNaN(timestampMs);
}

function noSamples(families: number): Warning {
  const message =
    families > 0
      ? `${families} families are declared, but no line is a sample`
      : 'no line is a sample: if a server said this, check the path; Triton answers any path but /metrics with an empty 200';
  return { code: 'no-samples', message };
}

function namedLike(name: string): string[] {
  const raw = renamedFamily(name);
  return raw === undefined ? [] : [`${name} as ${raw}`];
}

function renamedFamilies(renamed: readonly string[]): Warning {
  const message = `families look like known ones under the names of a re-exporter: ${renamed.join(', ')}; say what they mean under aliases, at a target with source: dcgm`;
  return { code: 'renamed-families', message };
}

function severalSources(source: SourceName, others: readonly SourceName[]): Warning {
  const message = `there are families of ${others.join(' and ')} too: a target is read as one source, here as ${source}; scrape each server itself`;
  return { code: 'several-sources', message };
}

function severalInstances(count: number): Warning {
  const message = `lines are of ${count} instances, as a Prometheus hands them on: numbers of one model are added up over them, here and in serve; scrape each server itself`;
  return { code: 'several-instances', message };
}

const OWN_TIMES: Warning = {
  code: 'own-timestamps',
  message:
    'lines carry time stamps of their own: somebody in between keeps values; their age is that of the stamp, and one that stands still adds nothing',
};

const CUT: Warning = {
  code: 'over-limit',
  message: `reading stopped after ${LIMITS.series} lines, the default of limits.series_per_target: a target that says more fails`,
};

const NEWLINE = 0x0a;

const UNFINISHED: Warning = {
  code: 'unfinished-line',
  message: 'the text does not end with a newline: if it was cut, the number of its last line is too short',
};

const SCRAPE_ERROR: Warning = {
  code: 'scrape-error',
  message: 'this is a kubelet that could not read its containers: it says so and nothing else; look at its log',
};

const UNKNOWN_SOURCE: Warning = {
  code: 'unknown-source',
  message:
    'no family is one of Triton, DCGM exporter, the kubelet or a known server of language models: nothing here has a meaning to Plimsoll',
};
