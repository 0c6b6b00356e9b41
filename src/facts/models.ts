// Facts about the models of a Triton: what its lines name, as its API and the configuration describe it.
import type { ModelSettings } from '../config/schema.ts';
import type { DescribedModel } from '../model/description.ts';
import type { Fact, Warning } from '../model/fact.ts';
import { labelsOf, METRIC_NAME } from '../model/labels.ts';
import type { ScrapeError } from '../model/target.ts';
import type { Described, KnownModel } from './known-model.ts';
import { modelWarnings } from './model-warnings.ts';
import { type ModelsSaid, modelKey } from './models-said.ts';
import type { FactName } from './names.ts';

export interface ModelFacts {
  readonly facts: readonly Fact[];
  readonly warnings: readonly Warning[];
  /** True when a model has no facts yet because the API is about to answer. */
  readonly isHeldBack: boolean;
}

export interface ModelGrounds {
  readonly said: ModelsSaid;
  readonly settings: ModelSettings;
  readonly described: Described;
  /** Whether the server is on a Jetson. */
  readonly isOnJetson?: boolean;
}

/** The configuration wins over the server where both speak. A model of unknown kind counts as a leaf, which is said in a warning. */
export function modelFacts(about: ModelGrounds): ModelFacts {
  const { said, settings, isOnJetson = false } = about;
  const described = ofThisServer(about.described, said);
  const known: KnownModel[] = [];
  const notReady: string[] = [];
  const facts: Fact[] = [];
  const awaited: string[] = [];
  for (const [key, { model, version }] of said.models) {
    const readiness = readinessOf(key, described);
    if (readiness === 'awaited') {
      awaited.push(model);
      continue;
    }
    if (readiness !== 'unknown') facts.push(fact('triton_model_ready', { model, version }, readiness === 'ready' ? 1 : 0));
    if (readiness === 'not-ready') notReady.push(model);
    else
      known.push(
        knownModel(
          { model, version },
          { set: settingOf(settings, model), described: describedModel(key, described), ambiguous: isNamed(key, described, 'ambiguous') },
        ),
      );
  }
  const serverReady = described.kind === 'answered' ? described.last.serverReady : undefined;
  if (serverReady !== undefined) facts.push(fact('triton_server_ready', {}, serverReady ? 1 : 0));
  // What a server says while it starts is no load: without these facts its models enter no signal.
  if (described.kind !== 'answered' || !described.isStarting) facts.push(...known.flatMap((model) => factsOfModel(model, said)));
  return { facts, warnings: modelWarnings({ said, known, notReady, awaited, described, isOnJetson }), isHeldBack: awaited.length > 0 };
}

/** An API that has models, and none of those that the lines speak of, is another server's: several on one host have different ports. */
function ofThisServer(described: Described, said: ModelsSaid): Described {
  if (described.kind !== 'answered') return described;
  const { models, undescribed, ambiguous = [] } = described.last;
  const listed = [...models, ...undescribed, ...ambiguous];
  const isOther = listed.length > 0 && !listed.some(({ name, version }) => said.models.has(modelKey(name, version)));
  return isOther ? { kind: 'failed', error: OTHER_SERVER, isLate: false } : described;
}

const OTHER_SERVER: ScrapeError = {
  failure: 'wrong-source',
  message: 'it has other models than the metrics; is triton_api.port the port of the same server?',
};

function readinessOf(key: string, described: Described): 'awaited' | 'unknown' | 'ready' | 'not-ready' {
  const isListed =
    describedModel(key, described) !== undefined || isNamed(key, described, 'undescribed') || isNamed(key, described, 'ambiguous');
  if (described.kind === 'answered') return isListed ? 'ready' : 'not-ready';
  const isAwaited = described.kind === 'awaited' || (described.kind === 'failed' && described.isLate);
  return isAwaited && !isListed ? 'awaited' : 'unknown';
}

function describedModel(key: string, described: Described): DescribedModel | undefined {
  if (described.kind === 'not-asked') return undefined;
  return described.last?.models.find(({ name, version }) => modelKey(name, version) === key);
}

function isNamed(key: string, described: Described, list: 'undescribed' | 'ambiguous'): boolean {
  if (described.kind === 'not-asked') return false;
  return described.last?.[list]?.some(({ name, version }) => modelKey(name, version) === key) === true;
}

type Setting = NonNullable<ModelSettings[string]>;

function settingOf(settings: ModelSettings, model: string): Setting {
  return (Object.hasOwn(settings, model) ? settings[model] : undefined) ?? {};
}

function knownModel(
  named: { readonly model: string; readonly version: string },
  { set, described, ambiguous }: { set: Setting; described: DescribedModel | undefined; ambiguous: boolean },
): KnownModel {
  const kind = set.kind ?? described?.kind;
  // A server without instances of a model (all of them passive) executes none of it.
  const instances = kind === 'ensemble' ? undefined : (set.instances ?? (described?.instances || undefined));
  const { decoupled, batching } = described ?? { decoupled: undefined, batching: undefined };
  const largest = described?.batching === true ? Math.max(1, described.maxBatchSize) : 1;
  return {
    ...named,
    kind,
    decoupled,
    batching,
    instances,
    maxBatchSize: instances === undefined ? undefined : (set.max_batch_size ?? largest),
    ambiguous,
    counts: set.counts === undefined ? decoupled !== true : set.counts === 'include',
  };
}

function factsOfModel(known: KnownModel, said: ModelsSaid): Fact[] {
  const { model, version, instances, maxBatchSize } = known;
  const facts = [fact('triton_model_info', { model, version, ...infoLabels(known, said) }, 1)];
  if (instances !== undefined) facts.push(fact('triton_model_instances', { model, version }, instances));
  if (maxBatchSize !== undefined) facts.push(fact('triton_model_max_batch_size', { model, version }, maxBatchSize));
  return facts;
}

/** `counts`, `counters` and `statistics` are there where they are "no" only: templates ask for what is not "no". */
function infoLabels({ kind, counts, ...known }: KnownModel, said: ModelsSaid): Record<string, string> {
  const labels: Record<string, string> = { kind: kind ?? 'leaf' };
  for (const name of ['decoupled', 'batching'] as const) {
    if (known[name] !== undefined) labels[name] = String(known[name]);
  }
  if (known.instances !== undefined) labels['instances'] = String(known.instances);
  if (known.maxBatchSize !== undefined) labels['max_batch_size'] = String(known.maxBatchSize);
  if (kind !== 'ensemble' && !counts) labels['counts'] = 'no';
  if (said.countersAreOff) labels['counters'] = 'no';
  if (known.ambiguous) labels['statistics'] = 'no';
  return labels;
}

function fact(name: FactName, labels: Readonly<Record<string, string>>, value: number): Fact {
  return { labels: labelsOf({ [METRIC_NAME]: name, ...labels }), value };
}
