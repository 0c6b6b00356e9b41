// Mutated requests against the metrics API: answers of the form that their code says, none of them ours to be sorry for, and nothing that is not the asker's.
import { CATALOGUE } from '../../src/signals/catalogue.ts';
import { ask, type Question, type Reply } from '../app/support/in-process.ts';
import { type Dice, mutated } from './mutate.ts';
import { createFuzzWorld, type FuzzWorld, HIDDEN, PLANTED, VISIBLE } from './world.ts';

const METRICS = [...CATALOGUE.map(({ name }) => name), 'no_such_metric'];
const RESOURCES = [
  'pods',
  'services',
  'deployments.apps',
  'jobs.batch',
  'nodes',
  'namespaces',
  'inferenceservices.serving.kserve.io',
  'replicasets.apps',
];
const OBJECTS = ['*', '%2A', 'triton', 'triton-0', 'triton-dead', 'node-a', VISIBLE, HIDDEN, 'none'];
const NAMESPACES = [VISIBLE, VISIBLE, HIDDEN, '*', 'none'];
const DOCUMENTS = [
  '/',
  '/apis',
  '/apis/custom.metrics.k8s.io',
  '/apis/custom.metrics.k8s.io/v1beta1',
  '/apis/custom.metrics.k8s.io/v1beta2',
  '/apis/external.metrics.k8s.io/v1beta1',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/apis/custom.metrics.k8s.io/v1beta2',
  '/version',
  '/livez',
  '/readyz?verbose',
];
const QUERIES = [
  '',
  '',
  '?labelSelector=app%3Dtriton',
  '?labelSelector=app+in+(triton,other),!gone',
  '?metricLabelSelector=model%3Dm',
  '?labelSelector=app%3Dtriton&metricLabelSelector=model%3Dm%2Cversion%21%3D2',
  '?watch=1',
  '?limit=500&continue=x',
  '?fieldSelector=metadata.name%3Dtriton-0',
  '?pretty=true',
  '?includeObject=Object',
];
const ACCEPTS = [
  'application/json',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io, application/json',
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/yaml',
  'application/vnd.kubernetes.protobuf, */*',
  '*/*;q=0.1',
];
/** What a request is likely to be misunderstood by. */
const WORDS = [
  ...[
    '/',
    '//',
    '/../',
    '/./',
    '%2f',
    '%2F',
    '%2e%2e',
    '%00',
    '%zz',
    '%',
    '%25',
    '%c0%af',
    '%ff',
    '?',
    '&',
    '=',
    ';',
    '#',
    '\\',
    '*',
    '%2A',
    ':',
    '@',
  ],
  ...[
    'namespaces/',
    `namespaces/${HIDDEN}/`,
    `namespaces/${VISIBLE}/`,
    HIDDEN,
    VISIBLE,
    'pods/*/',
    'nodes/*/',
    'metrics/',
    'proxy/',
    'watch/',
    'status',
  ],
  ...[
    'custom.metrics.k8s.io',
    'external.metrics.k8s.io',
    'v1beta1',
    'v1beta2',
    '/apis/',
    '/api/v1/',
    'http://host',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    ' in (a,b)',
    ' notin ',
    '!',
    '!=',
    '==',
    '>',
    'labelSelector=',
    'metricLabelSelector=',
    'fieldSelector=metadata.name%3D',
    'namespace=',
    'watch=true',
  ],
  ...['a'.repeat(254), '%41', '%F0%9F%92%A9', '\u00e9', '+', ',', '(', ')', '"', "'", '<script>', '${x}', '%0d%0aX-Y:%20z'],
];
const METHODS = ['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'];

export function questionOf(dice: Dice): Question {
  const target = sound(dice);
  const headers: Record<string, string> = { host: 'plimsoll', accept: dice.one(ACCEPTS) };
  if (dice.oneIn(4)) headers['accept'] = headerText(mutated(headers['accept'] ?? '', WORDS, dice));
  if (dice.oneIn(8)) headers['user-agent'] = headerText(dice.one(['kubectl/v1.34', 'curl/8', 'Mozilla/5.0', dice.one(WORDS)]));
  if (dice.oneIn(8)) headers['if-none-match'] = headerText(mutated('"abc"', WORDS, dice));
  if (dice.oneIn(16)) headers['content-length'] = String(dice.below(3));
  if (dice.oneIn(32)) headers['transfer-encoding'] = 'chunked';
  return { method: dice.one(METHODS), target: targetText(dice.oneIn(16) ? target : mutated(target, WORDS, dice)), headers };
}

function sound(dice: Dice): string {
  const version = dice.one(['v1beta1', 'v1beta2']);
  const namespace = dice.one(NAMESPACES);
  const [resource, object, metric, query] = [dice.one(RESOURCES), dice.one(OBJECTS), dice.one(METRICS), dice.one(QUERIES)];
  const custom = `/apis/custom.metrics.k8s.io/${version}`;
  switch (dice.below(8)) {
    case 0:
      return dice.one(DOCUMENTS) + query;
    case 1:
      return `${custom}/${resource}/${object}/${metric}${query}`;
    case 2:
      return `${custom}/namespaces/${namespace}/metrics/${metric}${query}`;
    case 3:
    case 4:
      return `/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${metric}${query}`;
    default:
      return `${custom}/namespaces/${namespace}/${resource}/${object}/${metric}${query}`;
  }
}

/** What Node lets through as a header's value. */
function headerText(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '');
}

/** What Node and the listener let through as a target: no blank and no control character; a path, or an asterisk before one. */
function targetText(text: string): string {
  const plain = text.replace(/[^\x21-\x7e\x80-\xff]/g, '');
  return /^[/*]/.test(plain) ? plain : `/${plain}`;
}

const FORESEEN = new Set([200, 304, 400, 403, 404, 405, 406]);

/** Throws an Error that says what is wrong with an answer. */
function judge({ method, target }: Question, { code, headers, body }: Reply): void {
  const fail = (why: string): never => {
    throw new Error(`${why}: ${method} ${JSON.stringify(target)} → ${code} ${body.slice(0, 500)}`);
  };
  if (!FORESEEN.has(code)) fail('a code without cause');
  if (headers.has('retry-after')) fail('Retry-After, which makes an HPA sleep');
  const all = `${body} ${[...headers.values()].join(' ')}`;
  if (all.includes(PLANTED)) fail('it names what the asker may not see');
  if (method !== 'HEAD' && code !== 304 && Number(headers.get('content-length')) !== Buffer.byteLength(body)) fail('another length');
  if (body === '' && (method === 'HEAD' || code === 304)) return;
  const type = headers.get('content-type') ?? '';
  if (code === 200 && type === 'application/yaml') return;
  if (!type.startsWith('application/json')) fail(`an answer that is ${type}`);
  const said: unknown = JSON.parse(body);
  const isStatus = typeof said === 'object' && said !== null && 'kind' in said && said.kind === 'Status';
  if (isStatus !== (code !== 200)) fail('a form that the code does not say');
  if (isStatus && (!('code' in said) || said.code !== code)) fail('two codes');
}

/** Runs cases; each rejects with what is wrong. */
export async function requestCases(): Promise<(dice: Dice) => Promise<void>> {
  const { api, errors }: FuzzWorld = await createFuzzWorld();
  return async (dice) => {
    const question = questionOf(dice);
    judge(question, await ask(api, question));
    if (errors.length > 0) throw new Error(`an error that nobody foresaw: ${JSON.stringify(errors)}`);
  };
}
