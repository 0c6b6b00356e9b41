// What people should know about the numbers of a Triton, from what is known of its models.
import { quote } from '../lib/quote.ts';
import type { Warning } from '../model/fact.ts';
import type { Described, KnownModel } from './known-model.ts';
import type { ModelsSaid } from './models-said.ts';

export interface WarningGrounds {
  readonly said: ModelsSaid;
  readonly known: readonly KnownModel[];
  /** Models of which nothing is known before the API answers. */
  readonly awaited: readonly string[];
  /** Models that have lines and are not ready. */
  readonly notReady: readonly string[];
  readonly described: Described;
  /** Whether the server shares a Jetson's memory with everything else. */
  readonly isOnJetson?: boolean;
}

export function modelWarnings({ said, known, notReady, awaited, described, isOnJetson = false }: WarningGrounds): Warning[] {
  const warnings: Warning[] = [];
  if (awaited.length > 0 && described.kind === 'failed') warnings.push(apiLate(awaited, described.error.message));
  if (known.length === 0 && notReady.length === 0) return warnings;
  if (described.kind === 'answered' && described.isStarting) warnings.push(SERVER_NOT_READY);
  else if (notReady.length > 0) warnings.push(modelsNotReady(notReady));
  const unknown = known.filter(({ kind, ambiguous }) => kind === undefined && !ambiguous);
  const ambiguous = known.filter(
    (model) => model.ambiguous && (model.kind === undefined || (model.kind === 'leaf' && model.instances === undefined)),
  );
  if (ambiguous.length > 0) warnings.push(inSeveralNamespaces(namesOf(ambiguous)));
  if (unknown.length > 0) warnings.push(kindsUnknown(namesOf(unknown), described));
  const unsized = known.filter(({ kind, counts, instances }) => kind === 'leaf' && counts && instances === undefined);
  if (unsized.length > 0 && described.kind === 'failed') warnings.push(instancesUnknown(namesOf(unsized), described.error.message));
  if (described.kind === 'failed' && described.last !== undefined && awaited.length === 0)
    warnings.push(apiSilent(described.error.message));
  const excluded = known.filter(({ kind, counts, decoupled }) => kind !== 'ensemble' && !counts && decoupled === true);
  if (excluded.length > 0) warnings.push(notCounted(namesOf(excluded)));
  const batched = isOnJetson ? batchedModels(described) : [];
  if (batched.length > 0) warnings.push(batchesOnJetson(batched));
  if (said.countersAreOff) warnings.push(COUNTERS_DISABLED);
  else if (!said.hasPending) warnings.push(NO_PENDING_GAUGE);
  return warnings;
}

/** Said while leaked requests are subtracted. */
export function pendingLeak(models: readonly string[]): Warning {
  const message = `the pending gauge of ${listed(models)} has a floor that stays while nothing happens, as Triton 23.10 leaves one for each request that a full queue refused: it is subtracted; a newer server has no such floor`;
  return { code: 'pending-leak', message };
}

const SERVER_NOT_READY: Warning = {
  code: 'not-ready',
  message: 'the server starts: it answers its readiness probe with no, and has no load until it is ready',
};

const COUNTERS_DISABLED: Warning = {
  code: 'counters-disabled',
  message:
    'the server runs with counter_latencies=false: it counts nothing, and only its pending requests are known; start it without --metrics-config counter_latencies=false',
};

const NO_PENDING_GAUGE: Warning = {
  code: 'no-pending-gauge',
  message:
    'the server is older than 23.09 and does not say how many requests wait: requests in flight come from the time of finished requests alone (Little’s law), so a step shows when they are done',
};

function modelsNotReady(models: readonly string[]): Warning {
  return {
    code: 'not-ready',
    message: `${listed(models)} ${models.length === 1 ? 'is' : 'are'} not ready and counted nowhere: loading or unloading`,
  };
}

function apiLate(models: readonly string[], cause: string): Warning {
  const message = `nothing is known of ${listed(models)} yet, counted nowhere until then: the server’s API may be held up by the loading of a model (${cause})`;
  return { code: 'not-ready', message };
}

/** What is known stays so; what is counted does not. */
function apiSilent(cause: string): Warning {
  const message = `the server’s API says nothing any more (${cause}): its models are taken for what they were, and how busy their instances are is not known`;
  return { code: 'api-silent', message };
}

function inSeveralNamespaces(models: readonly string[]): Warning {
  const message = `${listed(models)} ${models.length === 1 ? 'is' : 'are'} in several namespaces of the server, whose API then tells nothing of the name: requests are added up and counted as a leaf’s; set models.<name>.kind, and models.<name>.instances to those of all namespaces together`;
  return { code: 'instances-unknown', message };
}

function notCounted(models: readonly string[]): Warning {
  const message = `${listed(models)} ${models.length === 1 ? 'is' : 'are'} decoupled and counted nowhere: what streams is not in these counters; set models.<name>.counts to include where all work is done inside execute`;
  return { code: 'models-not-counted', message };
}

function kindsUnknown(models: readonly string[], described: Described): Warning {
  const cause = described.kind === 'failed' ? `: the server’s API says nothing (${described.error.message})` : '';
  const remedy = described.kind === 'failed' ? 'let Plimsoll reach that port, or set models.<name>.kind' : 'set models.<name>.kind';
  return {
    code: 'model-kinds-unknown',
    message: `it is not known whether ${listed(models)} ${models.length === 1 ? 'is an ensemble' : 'are ensembles'}${cause}; counted as leaf; an ensemble's requests would count twice; ${remedy}`,
  };
}

function instancesUnknown(models: readonly string[], cause: string): Warning {
  const message = `the instances of ${listed(models)} are not known: the server’s API says nothing (${cause}); let Plimsoll reach that port, or set models.<name>.instances`;
  return { code: 'instances-unknown', message };
}

/** By what the server admits, with dynamic batching or without: memory is taken for it all the same. */
function batchedModels(described: Described): readonly string[] {
  const models = described.kind === 'answered' ? described.last.models : [];
  return [...new Set(models.filter(({ kind, maxBatchSize }) => kind === 'leaf' && maxBatchSize > 1).map(({ name }) => name))];
}

function batchesOnJetson(models: readonly string[]): Warning {
  const message = `the max_batch_size of ${listed(models)} is above 1 on a Jetson: buffers are taken for the whole batch, out of the memory that processors and GPU share, and one stream of requests seldom fills it; set max_batch_size to 1 where memory is short`;
  return { code: 'jetson-batches', message };
}

function namesOf(models: readonly KnownModel[]): string[] {
  return [...new Set(models.map(({ model }) => model))];
}

const SHOWN_MODELS = 5;

function listed(models: readonly string[]): string {
  const shown = models.slice(0, SHOWN_MODELS).map(quote).join(', ');
  return models.length > SHOWN_MODELS ? `${shown} and ${models.length - SHOWN_MODELS} more` : shown;
}
