import { describe, expect, it } from 'vitest';
import { ask } from './world.ts';

const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1/namespaces/demo/gpu_power';
const POD = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/triton-0/GPU_Power';

describe('parameters of lists', () => {
  it.each([
    ['watch', 405],
    ['watch=', 405],
    ['watch=1', 405],
    ['watch=TRUE', 405],
    ['watch=False', 200],
    ['watch=0', 200],
    ['continue=x', 400],
    ['limit=500&resourceVersion=0&timeoutSeconds=5&allowWatchBookmarks=true', 200],
    ['limit=nonsense', 200],
    ['fieldSelector=metadata.name%3Dtriton-1', 400],
    ['fieldSelector=metadata.namespace%3Ddemo', 400],
    ['', 200],
    ['&&=&?', 200],
  ])('?%s is answered with %d', async (query, code) => {
    expect((await ask(`${EXTERNAL}?${query}`)).code).toBe(code);
    expect((await ask(`${POD}?${query}`)).code).toBe(code);
  });

  it('belong to lists: documents are what they are', async () => {
    expect((await ask('/apis/external.metrics.k8s.io/v1beta1?watch=true&continue=x&fieldSelector=y')).code).toBe(200);
  });
});
