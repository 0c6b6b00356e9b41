import { expect, it } from 'vitest';
import { evidenceFor } from '../../src/facts/evidence.ts';
import { FACT_NAMES } from '../../src/facts/names.ts';
import { labelsOf } from '../../src/model/labels.ts';

it.each(FACT_NAMES)('says what %s follows from', (name) => {
  const labels = { evidence: 'triton-uuid', why: 'two pods say so' };
  expect(evidenceFor(labelsOf({ __name__: name, ...labels }))).toMatch(/\w{3}/);
});

it.each([
  { labels: { __name__: 'gpu_owner', evidence: 'triton-uuid' }, says: 'the pod’s own Triton names this GPU' },
  { labels: { __name__: 'gpu_owner', evidence: 'only-gpu-pod' }, says: 'it is the only pod with a GPU on the node of this GPU' },
  { labels: { __name__: 'gpu_owner', evidence: 'new-way' }, says: 'new-way' },
  { labels: { __name__: 'gpu_owner' }, says: '' },
  { labels: { __name__: 'gpu_owner_candidate', why: 'two pods say so' }, says: 'two pods say so' },
  { labels: { __name__: 'gpu_owner_candidate' }, says: '' },
  { labels: { __name__: 'nv_inference_count' }, says: undefined },
  { labels: { __name__: 'toString' }, says: undefined },
  { labels: {}, says: undefined },
])('$labels', ({ labels, says }) => {
  expect(evidenceFor(labelsOf(labels))).toBe(says);
});
