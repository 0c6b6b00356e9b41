import { describe, expect, it } from 'vitest';
import type { FetchJson, JsonResult } from '../../../src/model/fetch.ts';
import { describeTriton } from '../../../src/sources/triton/describe.ts';
import { targetOf } from '../support.ts';

const STATS = {
  model_stats: [
    { name: 'a b', version: '1' },
    { name: 'e', version: '2' },
  ],
};
const refused: JsonResult = { kind: 'failed', error: { failure: 'refused', message: 'connection refused' } };
const ok = (json: unknown): JsonResult => ({ kind: 'answer', status: 200, json });

const WHOLE: Readonly<Record<string, JsonResult>> = {
  '/v2/models/stats': ok(STATS),
  '/v2/health/ready': ok(undefined),
  '/v2/models/a%20b/versions/1/config': ok({ name: 'a b', instance_group: [{ count: 3 }] }),
  '/v2/models/e/versions/2/config': ok({ name: 'e', platform: 'ensemble' }),
};

function server(answers: Readonly<Record<string, JsonResult>>): { readonly asked: string[]; readonly fetchJson: FetchJson } {
  const asked: string[] = [];
  const fetchJson: FetchJson = async ({ path }) => {
    asked.push(path);
    return answers[path] ?? { kind: 'answer', status: 400, json: { error: 'no' } };
  };
  return { asked, fetchJson };
}

const target = targetOf('triton');
const signal = new AbortController().signal;

it('reads statistics first, then readiness, then every configuration', async () => {
  const { asked, fetchJson } = server(WHOLE);
  const result = await describeTriton({ target, rereads: false, signal }, fetchJson);
  expect(asked).toEqual(Object.keys(WHOLE));
  expect(result).toMatchObject({
    kind: 'described',
    description: {
      serverReady: true,
      models: [
        { name: 'a b', version: '1', kind: 'leaf', instances: 3 },
        { name: 'e', version: '2', kind: 'ensemble' },
      ],
      undescribed: [],
    },
    statistics: [{ model: 'a b', busySeconds: 0 }, { model: 'e' }],
  });
});

it('reads no configuration that it knows', async () => {
  const { asked, fetchJson } = server(WHOLE);
  const first = await describeTriton({ target, rereads: false, signal }, fetchJson);
  if (first.kind === 'failed') throw new Error(first.error.message);
  const before = asked.length;
  expect(await describeTriton({ target, known: first.description, rereads: false, signal }, fetchJson)).toEqual(first);
  expect(asked.slice(before)).toEqual(['/v2/models/stats', '/v2/health/ready']);
});

it.each([
  {
    name: 'a server that is not ready',
    answers: { '/v2/health/ready': { kind: 'answer', status: 400, json: undefined } },
    ready: false,
    undescribed: [],
  },
  {
    name: 'a configuration that is refused',
    answers: { '/v2/models/e/versions/2/config': ok({ error: 'x' }) },
    ready: true,
    undescribed: [{ name: 'e', version: '2' }],
  },
  {
    name: 'a configuration that cannot be had',
    answers: { '/v2/models/e/versions/2/config': refused },
    ready: true,
    undescribed: [{ name: 'e', version: '2' }],
  },
] as const)('describes $name', async ({ answers, ready, undescribed }) => {
  const result = await describeTriton({ target, rereads: false, signal }, server({ ...WHOLE, ...answers }).fetchJson);
  expect(result).toMatchObject({ kind: 'described', description: { serverReady: ready, undescribed } });
});

it.each([
  { name: 'a closed port', answers: { '/v2/models/stats': refused }, error: refused.error },
  { name: 'a port that closes meanwhile', answers: { '/v2/health/ready': refused }, error: refused.error },
  {
    name: 'another server',
    answers: { '/v2/models/stats': { kind: 'answer', status: 404, json: undefined } },
    error: { failure: 'wrong-source', message: expect.stringContaining('/v2/models/stats answers 404 and no statistics') },
  },
] as const)('fails on $name', async ({ answers, error }) => {
  expect(await describeTriton({ target, rereads: false, signal }, server({ ...WHOLE, ...answers }).fetchJson)).toEqual({
    kind: 'failed',
    error,
  });
});

describe('a server with namespaces of models', () => {
  const AMBIGUOUS = { error: "There are 2 identifiers of model 'm' in global map, model namespace must be provided to resolve ambiguity." };
  const refusal = (json: unknown): JsonResult => ({ kind: 'answer', status: 400, json });
  const NAMESPACED: Readonly<Record<string, JsonResult>> = {
    '/v2/models/stats': refusal({ error: "Request for unknown model: '/models/a::m' is not found" }),
    '/v2/health/ready': ok(undefined),
    '/v2/models/only/versions/1/stats': ok({
      model_stats: [{ name: 'only', version: '1', batch_stats: [{ compute_infer: { ns: 2e9 } }] }],
    }),
    '/v2/models/only/versions/1/config': ok({ name: 'only', instance_group: [{ count: 3 }] }),
    '/v2/models/m/versions/1/config': refusal(AMBIGUOUS),
    '/v2/models/loading/versions/1/config': refusal({ error: "Request for unknown model: 'loading' has no available versions" }),
  };
  const said = ['only', 'm', 'loading'].map((model) => ({ model, version: '1' }));

  it('is asked about each model; a name in several namespaces is told, and one that loads is not ready', async () => {
    const result = await describeTriton({ target, rereads: false, said, signal }, server(NAMESPACED).fetchJson);
    expect(result).toEqual({
      kind: 'described',
      description: {
        serverReady: true,
        models: [expect.objectContaining({ name: 'only', instances: 3 })],
        undescribed: [],
        ambiguous: [{ name: 'm', version: '1' }],
      },
      statistics: [{ model: 'only', version: '1', busySeconds: 2 }],
    });
  });

  it.each([
    { name: 'no model is told', answers: { '/v2/models/only/versions/1/stats': refusal({}), '/v2/models/m/versions/1/config': refused } },
    { name: 'a question about one is not answered', answers: { '/v2/models/only/versions/1/stats': refused } },
  ])('fails where $name', async ({ answers }) => {
    const { fetchJson } = server({ ...NAMESPACED, ...answers });
    expect(await describeTriton({ target, rereads: false, said, signal }, fetchJson)).toMatchObject({ kind: 'failed' });
  });
});

it('reads known configurations again when it is told to, and keeps one that cannot be read', async () => {
  const first = await describeTriton({ target, rereads: false, signal }, server(WHOLE).fetchJson);
  if (first.kind === 'failed') throw new Error(first.error.message);
  const changed = {
    ...WHOLE,
    '/v2/models/a%20b/versions/1/config': ok({ name: 'a b', instance_group: [{ count: 4 }] }),
    '/v2/models/e/versions/2/config': refused,
  };
  const { asked, fetchJson } = server(changed);
  expect(await describeTriton({ target, known: first.description, rereads: true, signal }, fetchJson)).toMatchObject({
    description: {
      models: [
        { name: 'a b', instances: 4 },
        { name: 'e', kind: 'ensemble' },
      ],
      undescribed: [],
    },
  });
  expect(asked).toHaveLength(4);
});
