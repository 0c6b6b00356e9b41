import { expect, it } from 'vitest';
import { forbiddenMessage } from '../../src/auth/forbidden.ts';
import { requestAttributes } from '../../src/auth/request-attributes.ts';

it.each([
  [
    '/apis/custom.metrics.k8s.io/v1beta2/namespaces/ns/pods/*/m',
    'pods.custom.metrics.k8s.io "*" is forbidden: User "u" cannot get resource "pods/m" in API group "custom.metrics.k8s.io" in the namespace "ns"',
  ],
  [
    '/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/m',
    'm.external.metrics.k8s.io is forbidden: User "u" cannot list resource "m" in API group "external.metrics.k8s.io" in the namespace "ns"',
  ],
  [
    '/apis/custom.metrics.k8s.io/v1beta2/nodes/n/m',
    'nodes.custom.metrics.k8s.io "n" is forbidden: User "u" cannot get resource "nodes/m" in API group "custom.metrics.k8s.io" at the cluster scope',
  ],
  ['/api/v1/query', 'forbidden: User "u" cannot get path "/api/v1/query"'],
  ['/metrics', 'forbidden: User "u" cannot get path "/metrics"'],
])('%s', (target, message) => {
  const attributes = requestAttributes('GET', target);
  expect(forbiddenMessage({ user: 'u', attributes, reason: '' })).toBe(message);
  expect(forbiddenMessage({ user: 'u', attributes, reason: 'no rule' })).toBe(`${message}: no rule`);
});
