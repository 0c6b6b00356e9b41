// What the recorder of answers is told: whoever asks, whatever comes of it.
import { describe, expect, it } from 'vitest';
import { createMetricsApi } from '../../src/metrics-api/app.ts';
import type { ApiRequest } from '../../src/metrics-api/handler.ts';
import type { MetricsApiServices } from '../../src/metrics-api/services.ts';
import type { Admission } from '../../src/model/admission.ts';
import type { Answered } from '../../src/model/answer-recorder.ts';
import { QueryError } from '../../src/model/query-engine.ts';
import { type Logged, recordingLog } from '../app/support/log.ts';
import { call, serve } from './http.ts';
import { type Answers, absent, ask, known, servicesWith } from './world.ts';

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';
const DEPLOYMENT = `${CUSTOM}/namespaces/demo/deployments.apps/triton/triton_inflight_requests`;
const SELECTORS = { labelSelector: '', metricLabelSelector: '' };

interface Told {
  readonly target: string;
  readonly answers?: Answers;
  readonly request?: Partial<ApiRequest>;
  readonly services?: Partial<MetricsApiServices>;
}

async function told({ target, answers = {}, request = {}, services = {} }: Told): Promise<readonly Answered[]> {
  const all: Answered[] = [];
  await ask(target, { answers, request, services: { recorder: { record: (answered) => void all.push(answered) }, ...services } });
  return all;
}

describe('a question', () => {
  it.each([
    {
      target: `${DEPLOYMENT}?metricLabelSelector=model%3Da`,
      asked: {
        api: 'custom',
        metric: 'triton_inflight_requests',
        namespace: 'demo',
        object: { group: 'apps', resource: 'deployments', name: 'triton' },
        labelSelector: '',
        metricLabelSelector: 'model=a',
      },
    },
    {
      target: `${CUSTOM}/namespaces/demo/pods/*/triton_inflight_requests?labelSelector=app%3Dtriton`,
      asked: {
        api: 'custom',
        metric: 'triton_inflight_requests',
        namespace: 'demo',
        object: { group: '', resource: 'pods', name: undefined },
        labelSelector: 'app=triton',
        metricLabelSelector: '',
      },
    },
    {
      target: `${CUSTOM}/namespaces/demo/metrics/triton_inflight_requests`,
      asked: {
        api: 'custom',
        metric: 'triton_inflight_requests',
        namespace: undefined,
        object: { group: '', resource: 'namespaces', name: 'demo' },
        ...SELECTORS,
      },
    },
    {
      target: `${EXTERNAL}/namespaces/demo/Triton_inflight_requests?labelSelector=app`,
      asked: { api: 'external', metric: 'Triton_inflight_requests', namespace: 'demo', labelSelector: 'app', metricLabelSelector: '' },
    },
  ])('is told as it was asked: $target', async ({ target, asked }) => {
    expect(await told({ target, request: { user: 'hpa' } })).toMatchObject([
      { atMs: Date.UTC(2026, 7, 22, 10, 0, 0, 750), user: 'hpa', asked },
    ]);
  });

  it.each(['/apis', '/version', `${CUSTOM}`, '/nowhere', `${CUSTOM}/namespaces/demo/x/y/z`])(
    'about something else is not told: %s',
    async (target) => {
      expect(await told({ target })).toEqual([]);
    },
  );
});

describe('an answer', () => {
  it('that is one value is told as it is', async () => {
    const answer = known(12.5, 60_000);
    expect(await told({ target: DEPLOYMENT, answers: { object: answer } })).toMatchObject([{ user: '', given: { kind: 'value', answer } }]);
    const target = `${EXTERNAL}/namespaces/demo/triton_inflight_requests`;
    expect(await told({ target, answers: { external: answer } })).toMatchObject([{ given: { kind: 'value', answer } }]);
  });

  it('that is a list is told with every object', async () => {
    const down = absent('failed', 'connection refused');
    const target = `${CUSTOM}/namespaces/demo/pods/*/triton_inflight_requests`;
    const [answered] = await told({ target, answers: { pods: { 'triton-1': down, 'triton-2': known(3) } } });
    const given = answered?.given;
    if (given?.kind !== 'list') throw new Error('no list');
    expect(given.objects.map(({ name }) => name)).toEqual(['triton-0', 'triton-1', 'triton-2']);
    expect(given.answers.map(({ answer }) => answer)).toEqual([known(1.5, 60_000), down, known(3)]);
  });

  it.each([
    {
      name: 'an absent value',
      target: DEPLOYMENT,
      answers: { object: absent('incomplete', 'too few') },
      given: { code: 404, reason: 'incomplete', message: expect.stringContaining('too few') },
    },
    {
      name: 'a list without a value',
      target: `${CUSTOM}/namespaces/demo/pods/*/triton_inflight_requests`,
      answers: { pods: { 'triton-0': absent('stale', 'old'), 'triton-1': absent('failed', 'down'), 'triton-2': absent('failed', 'down') } },
      given: { code: 404, reason: 'stale' },
    },
    {
      name: 'a value that is no number',
      target: `${EXTERNAL}/namespaces/demo/triton_inflight_requests`,
      answers: { external: known(Number.NaN) },
      given: { code: 404, reason: 'not-finite' },
    },
    { name: 'an unknown object', target: DEPLOYMENT.replace('/triton/', '/nobody/'), given: { code: 404, reason: 'no-object' } },
    { name: 'an unknown metric', target: `${DEPLOYMENT}x`, given: { code: 404, reason: 'NotFound' } },
    { name: 'a wrong selector', target: `${DEPLOYMENT}?metricLabelSelector=(`, given: { code: 400, reason: 'BadRequest' } },
    {
      name: 'a form that is not served',
      target: DEPLOYMENT,
      request: { accept: 'text/html' },
      given: { code: 406, reason: 'NotAcceptable' },
    },
    {
      name: 'a failure',
      target: DEPLOYMENT,
      answers: { error: new QueryError('deadline', 'too slow') },
      given: { code: 504, reason: 'Timeout', message: 'the server could not compute the metric: too slow' },
    },
  ])('that is a failure is told with its reason: $name', async ({ target, answers = {}, request = {}, given }) => {
    expect(await told({ target, answers, request })).toMatchObject([{ given: { kind: 'failure', isRefusal: false, ...given } }]);
  });

  it('that nobody waits for any more is not told', async () => {
    const target = DEPLOYMENT;
    const answers = { error: new QueryError('aborted', 'gone') };
    expect(await told({ target, answers, request: { abortSignal: AbortSignal.abort() } })).toEqual([]);
  });

  it('is given whatever the recorder does', async () => {
    const lines: Logged[] = [];
    const recorder = {
      record: () => {
        throw new Error('boom');
      },
    };
    const reply = await ask(DEPLOYMENT, { services: { recorder, log: recordingLog(lines) } });
    expect([reply.code, lines.map(({ said }) => said)]).toEqual([200, ['error an answer was not recorded']]);
  });
});

describe('who asks', () => {
  async function toldTo(admission: Admission | undefined, path: string): Promise<readonly Answered[]> {
    const all: Answered[] = [];
    const services = { ...servicesWith(), recorder: { record: (answered: Answered) => void all.push(answered) } };
    const port = await serve(createMetricsApi({ ...services, ...(admission && { admit: async () => admission }) }));
    await call(port, { path });
    return all;
  }

  it('is whom the face admitted', async () => {
    expect(await toldTo({ kind: 'admitted', user: 'system:hpa' }, DEPLOYMENT)).toMatchObject([
      { user: 'system:hpa', given: { kind: 'value' } },
    ]);
    expect(await toldTo(undefined, DEPLOYMENT)).toMatchObject([{ user: '', given: { kind: 'value' } }]);
  });

  it('is nobody when it was refused, and the refusal is told', async () => {
    const refused: Admission = { kind: 'refused', code: 403, message: 'because' };
    const given = { kind: 'failure', code: 403, reason: 'Forbidden', message: 'because', isRefusal: true };
    expect(await toldTo(refused, DEPLOYMENT)).toMatchObject([{ user: '', asked: { metric: 'triton_inflight_requests' }, given }]);
    expect(await toldTo(refused, '/apis/%zz')).toEqual([]);
  });
});
