// HorizontalPodAutoscalers of a cluster: who follows which metric.
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { type JsonObject, listOf, objectOf, textOf } from '../../lib/json.ts';
import type { KubeClient } from '../../lib/kube/client.ts';
import type { LabelRequirement, LabelSelector } from '../../model/label-selector.ts';
import type { Log } from '../../model/log.ts';
import type { Meter } from '../../model/meter.ts';
import { createAnnouncer } from './announce.ts';
import { Collection } from './collection.ts';
import type { KubeObject } from './objects.ts';
import type { WatchedResource } from './resources.ts';
import { createClusterTelemetry } from './telemetry.ts';
import { labelsFrom, trimNamespaced } from './trim-metadata.ts';

/** An object as an autoscaler names it. */
export interface ScaledObject {
  /** API group, '' for core. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

export interface FollowedMetric {
  readonly type: 'pods' | 'object' | 'external';
  readonly name: string;
  readonly selector: LabelSelector;
  /** Of type object. */
  readonly described?: ScaledObject;
}

export interface KubeAutoscaler extends KubeObject {
  readonly namespace: string;
  readonly target: ScaledObject;
  /** Those that are asked for here; others are not kept. */
  readonly metrics: readonly FollowedMetric[];
}

export const AUTOSCALERS: WatchedResource<KubeAutoscaler> = {
  name: 'horizontalpodautoscalers.autoscaling',
  root: '/apis/autoscaling/v2',
  resource: 'horizontalpodautoscalers',
  namespaced: true,
  metadataOnly: false,
  trim: trimAutoscaler,
};

/** Undefined for one that follows no custom or external metric. Throws for one without a name, namespace or uid. */
export function trimAutoscaler(object: JsonObject): KubeAutoscaler | undefined {
  const spec = objectOf(object['spec']);
  const target = scaledObject(spec['scaleTargetRef']);
  const metrics = listOf(spec['metrics']).flatMap(metricOf);
  return target === undefined || metrics.length === 0 ? undefined : { ...trimNamespaced(object), target, metrics };
}

function scaledObject(reference: unknown): ScaledObject | undefined {
  const { apiVersion, kind, name } = objectOf(reference);
  const [known, called] = [textOf(kind), textOf(name)];
  if (known === undefined || called === undefined) return undefined;
  const [group = '', version] = (textOf(apiVersion) ?? '').split('/');
  return { group: version === undefined ? '' : group, kind: known, name: called };
}

function metricOf(value: unknown): readonly FollowedMetric[] {
  const spec = objectOf(value);
  const type = textOf(spec['type'])?.toLowerCase();
  if (type !== 'pods' && type !== 'object' && type !== 'external') return [];
  const source = objectOf(spec[type]);
  const metric = objectOf(source['metric']);
  const name = textOf(metric['name']);
  const described = type === 'object' ? scaledObject(source['describedObject']) : undefined;
  if (name === undefined || (type === 'object' && described === undefined)) return [];
  return [{ type, name, selector: selectorOf(metric['selector']), ...(described && { described }) }];
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** Of a LabelSelector object, as its controller makes a text of it. */
function selectorOf(value: unknown): LabelSelector {
  const { matchLabels, matchExpressions } = objectOf(value);
  const equalities = [...labelsFrom(matchLabels)].map(([key, text]): LabelRequirement => ({ key, operator: 'In', values: [text] }));
  const others = listOf(matchExpressions).flatMap((entry): readonly LabelRequirement[] => {
    const { key, operator, values } = objectOf(entry);
    const known = OPERATORS.find((one) => one === operator);
    const label = textOf(key);
    if (known === undefined || label === undefined) return [];
    return [{ key: label, operator: known, values: listOf(values).filter((text) => typeof text === 'string') }];
  });
  return [...equalities, ...others];
}

export interface Autoscalers {
  /** Follows until `signal` is aborted. Without the right it goes on trying, and the log says so once. */
  start(signal: AbortSignal): Promise<void>;
  /** Those known now. */
  all(): readonly KubeAutoscaler[];
}

export interface AutoscalersOptions {
  readonly client: KubeClient;
  readonly config: Pick<Config['kubernetes'], 'namespaces'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** Asks nothing before `start`. Nobody waits for them: readiness does not depend on them. */
export function createAutoscalers({ client, config, clock, log, meter }: AutoscalersOptions): Autoscalers {
  const announcer = createAnnouncer({ log, isExpected: () => false });
  const collection = new Collection({
    resource: AUTOSCALERS,
    namespaces: [...new Set(config.namespaces)],
    client,
    clock,
    telemetry: createClusterTelemetry(meter),
    changed: () => {},
    stateChanged: announcer.stateChanged,
  });
  return { start: (signal) => collection.run(signal), all: () => collection.objects() };
}
