// Every question that a configuration gives rise to: each metric of discovery about each object, by name and by selection.
import { NAMESPACES, type Named, OBJECTS } from './objects.ts';

export interface Discovered {
  /** `pods/inflight`, `namespaces/inflight`: entries of the legacy document. */
  readonly custom: readonly string[];
  readonly external: readonly string[];
}

export interface Question {
  readonly api: 'custom' | 'external';
  readonly path: string;
  readonly metric: string;
}

/** Of pods: all, some, none. */
const OBJECT_SELECTORS = ['', 'app=triton', 'app in (triton,gateway)', 'app!=triton', 'app', '!app', 'app=none', 'pool=gpu-a'];
/** Of series; the last two cannot be answered. */
const METRIC_SELECTORS = [
  'model=bert',
  'model in (bert,resnet)',
  'model in (bert)',
  'model!=bert',
  'model notin (bert,none)',
  'model',
  '!model',
  'model=none',
  'model in (b.*)',
  'version>0',
  'a b',
];
const SERIES_SELECTORS = [
  '',
  ...METRIC_SELECTORS.map((selector) => selector.replaceAll('model', 'queue').replace('bert', 'jobs').replace('resnet', 'mail')),
];
const UNKNOWN_METRIC = 'no_such_metric';
const NO_NAMESPACE = 'nowhere';

/** In the order of discovery. */
export function questionsAbout({ custom, external }: Discovered): readonly Question[] {
  return [...custom.flatMap(customQuestions), ...external.flatMap(externalQuestions), ...(custom.length > 0 ? [aboutNothing()] : [])];
}

function customQuestions(entry: string): readonly Question[] {
  const slash = entry.indexOf('/');
  const [resource, metric] = [entry.slice(0, slash), entry.slice(slash + 1)];
  const ask = (version: 'v1beta1' | 'v1beta2', path: string): Question => ({
    api: 'custom',
    metric,
    path: `/apis/custom.metrics.k8s.io/${version}/${path}`,
  });
  if (resource === 'namespaces') {
    return [...NAMESPACES, NO_NAMESPACE].flatMap((namespace) => [
      ask('v1beta1', `namespaces/${namespace}/metrics/${metric}`),
      ask('v1beta2', `namespaces/${namespace}/metrics/${metric}`),
      ask('v1beta2', `namespaces/${namespace}/metrics/${metric}?metricLabelSelector=${encodeURIComponent('model=bert')}`),
    ]);
  }
  const objects = OBJECTS.filter((object) => object.resource === resource);
  const folders = objects[0]?.namespace === undefined ? [resource] : NAMESPACES.map((namespace) => `namespaces/${namespace}/${resource}`);
  const selections = folders.flatMap((folder) => [
    ...OBJECT_SELECTORS.map((selector) => ask('v1beta2', `${folder}/*/${metric}${query('labelSelector', selector)}`)),
    ...METRIC_SELECTORS.map((selector) => ask('v1beta2', `${folder}/*/${metric}${query('metricLabelSelector', selector)}`)),
    ask('v1beta1', `${folder}/*/${metric}`),
    ask('v1beta1', `${folder}/*/${metric}${query('metricLabelSelector', 'model in (bert,resnet)')}`),
  ]);
  return [...objects.map((object) => ask('v1beta2', `${pathOf(object)}/${metric}`)), ...inNamespaces(objects, metric, ask), ...selections];
}

/** An HPA asks about a node under its own namespace. */
function inNamespaces(objects: readonly Named[], metric: string, ask: (version: 'v1beta2', path: string) => Question): readonly Question[] {
  return objects
    .filter(({ namespace }) => namespace === undefined)
    .map(({ resource, name }) => ask('v1beta2', `namespaces/serving/${resource}/${name}/${metric}`));
}

function externalQuestions(metric: string): readonly Question[] {
  const folder = '/apis/external.metrics.k8s.io/v1beta1/namespaces';
  const ask = (path: string): Question => ({ api: 'external', metric, path: `${folder}/${path}` });
  return [...NAMESPACES, NO_NAMESPACE].flatMap((namespace) => [
    ...SERIES_SELECTORS.map((selector) => ask(`${namespace}/${metric}${query('labelSelector', selector)}`)),
    // As HPAs ask.
    ask(`${namespace}/${metric.toLowerCase()}`),
    ask(`${namespace}/${UNKNOWN_METRIC}`),
  ]);
}

function aboutNothing(): Question {
  return { api: 'custom', metric: UNKNOWN_METRIC, path: `/apis/custom.metrics.k8s.io/v1beta2/namespaces/serving/pods/*/${UNKNOWN_METRIC}` };
}

function pathOf({ resource, namespace, name }: Named): string {
  return namespace === undefined ? `${resource}/${name}` : `namespaces/${namespace}/${resource}/${name}`;
}

function query(name: string, selector: string): string {
  return selector === '' ? '' : `?${name}=${encodeURIComponent(selector)}`;
}
