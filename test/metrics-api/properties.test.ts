// Whatever is asked: never an error that nobody foresaw, and always the form that the code says.
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createReplies } from '../../src/metrics-api/handler.ts';
import { silentLog } from '../../src/model/log.ts';
import { servicesWith } from './world.ts';

const error = vi.fn();
const replies = createReplies({ ...servicesWith(), log: { ...silentLog, error } });

const segment = fc.oneof(
  fc.constantFrom('apis', 'openapi', 'v2', 'v3', 'version', 'custom.metrics.k8s.io', 'external.metrics.k8s.io', 'v1beta1', 'v1beta2'),
  fc.constantFrom('namespaces', 'demo', 'pods', 'nodes', 'metrics', 'deployments.apps', 'jobs.batch', 'triton', 'triton-0', 'node-a'),
  fc.constantFrom('GPU_Power', 'gpu_power', 'triton_inflight_requests', 'status', '__proto__', 'constructor'),
  fc.constantFrom('', '*', '%2A', '.', '..', '%2e', '%2F', '%zz', '%ff', '%', '%00', 'ä', '\ud800', 'x'.repeat(300)),
  fc.string({ maxLength: 8 }).map((text) => text.replaceAll(/[/?#]/g, '')),
);
const path = fc.oneof(
  fc.array(segment, { maxLength: 9 }),
  fc
    .tuple(
      fc.constantFrom('custom.metrics.k8s.io/v1beta2', 'custom.metrics.k8s.io/v1beta1', 'external.metrics.k8s.io/v1beta1'),
      fc.array(segment, { maxLength: 5 }),
    )
    .map(([group, rest]) => ['apis', ...group.split('/'), ...rest]),
  fc
    .tuple(fc.constantFrom('pods', 'services', 'nodes', 'jobs.batch'), segment, segment)
    .map(([resource, name, metric]) => ['apis', 'custom.metrics.k8s.io', 'v1beta2', 'namespaces', 'demo', resource, name, metric]),
);
const selector = fc
  .array(fc.constantFrom('app', '=', '==', '!=', ' in ', ' notin ', '(', ')', ',', '!', 'triton', 'model', '%20', '+', '%zz', '&', '>'), {
    maxLength: 9,
  })
  .map((parts) => parts.join(''));
const query = fc.oneof(
  fc.constant(''),
  fc.string({ maxLength: 20 }).map((text) => `?${text}`),
  fc
    .array(
      fc.tuple(
        fc.constantFrom('labelSelector', 'metricLabelSelector', 'fieldSelector', 'watch', 'limit', 'continue', 'pretty', 'includeObject'),
        selector,
      ),
      { maxLength: 4 },
    )
    .map((fields) => `?${fields.map(([name, value]) => `${name}=${value}`).join('&')}`),
);
const accept = fc.oneof(
  fc.constantFrom(
    undefined,
    '*/*',
    'application/yaml',
    'application/json;as=Table;v=v1;g=meta.k8s.io',
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    'application/vnd.kubernetes.protobuf, */*',
  ),
  fc.string({ maxLength: 30 }),
);
const request = fc.record({
  method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS'),
  target: fc.tuple(path, query).map(([segments, asked]) => `/${segments.join('/')}${asked}`),
  accept,
  userAgent: fc.constantFrom(undefined, 'curl/8'),
  ifNoneMatch: fc.option(fc.string(), { nil: undefined }),
  hasBody: fc.constantFrom(false, false, false, true),
});

it('answers every request, and none with 500', async () => {
  const codes = new Set<number>();
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      const { code, headers, body, release } = await replies({ ...asked, abortSignal: new AbortController().signal });
      const text = Buffer.from(body).toString();
      release?.();
      codes.add(code);
      expect([200, 400, 404, 405, 406]).toContain(code);
      expect(Object.keys(headers)).not.toContain('Retry-After');
      const isYaml = headers['Content-Type'] === 'application/yaml';
      if (isYaml) expect([code, text.startsWith('kind: Status')]).toEqual([200, false]);
      else expect(JSON.parse(text).kind === 'Status').toBe(code !== 200);
    }),
    { numRuns: 5000 },
  );
  expect(error).not.toHaveBeenCalled();
  expect(codes).toEqual(new Set([200, 400, 404, 405, 406]));
});
