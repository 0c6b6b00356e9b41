import { expect, it } from 'vitest';
import { NamedKinds } from '../../../src/config/prometheus-adapter/kinds.ts';
import { qualifiedName } from '../../../src/model/object-kinds.ts';
import { OWNERS, ruleOf } from './support.ts';

const KINDS = new NamedKinds(OWNERS);

it.each([
  {
    name: 'overrides',
    resources: { overrides: { ns: { resource: 'namespace' }, exported_pod: { resource: 'pods' } } },
    kinds: { ns: 'namespaces', exported_pod: 'pods', pod: undefined },
  },
  {
    name: 'the bare template',
    resources: { template: '<<.Resource>>' },
    kinds: {
      namespace: 'namespaces',
      pod: 'pods',
      deployment: 'deployments.apps',
      job: 'jobs.batch',
      container: undefined,
      endpoint: undefined,
    },
  },
  { name: 'plural labels mean the same', resources: { template: '<<.Resource>>' }, kinds: { pods: 'pods', Node: 'nodes' } },
  {
    name: 'a template around the resource',
    resources: { template: 'kube_<<.Resource>>' },
    kinds: { kube_pod: 'pods', pod: undefined, kube_: undefined },
  },
  {
    name: 'a template with the group',
    resources: { template: 'kube_<<.Group>>_<<.Resource>>' },
    kinds: {
      kube_apps_deployment: 'deployments.apps',
      kube_batch_deployment: undefined,
      kube_networking_ingress: 'ingresses.networking.k8s.io',
      kube_pod: undefined,
    },
  },
  {
    name: 'overrides win over the template',
    resources: { template: '<<.Resource>>', overrides: { pod: { resource: 'node' } } },
    kinds: { pod: 'nodes', namespace: 'namespaces' },
  },
  {
    name: 'a custom owner',
    resources: { overrides: { isvc: { group: 'serving.kserve.io', resource: 'inferenceservice' } } },
    kinds: { isvc: 'inferenceservices.serving.kserve.io' },
  },
  {
    name: 'a group and a resource',
    resources: { overrides: { ingress: { group: 'networking.k8s.io', resource: 'ingresses' } } },
    kinds: { ingress: 'ingresses.networking.k8s.io' },
  },
])('$name: labels to kinds', async ({ resources, kinds }) => {
  const rule = await ruleOf({ resources });
  for (const [label, kind] of Object.entries(kinds)) {
    const found = rule.resources.kindOf(label);
    expect({ label, kind: found && qualifiedName(found) }).toEqual({ label, kind });
  }
});

it.each([
  { name: 'overrides', resources: { overrides: { ns: { resource: 'namespace' } } }, labels: { namespaces: 'ns', pods: undefined } },
  {
    name: 'the bare template',
    resources: { template: '<<.Resource>>' },
    labels: { pods: 'pod', namespaces: 'namespace', deployments: 'deployment', ingresses: 'ingress' },
  },
  {
    name: 'a template with the group',
    resources: { template: '<<.Group>>_<<.Resource>>' },
    labels: { deployments: 'apps_deployment', ingresses: 'networking_k8s_io_ingress', pods: '_pod' },
  },
  {
    name: 'a template that decides',
    resources: { template: '<<if .Group>><<.Group>>_<<end>><<.Resource>>' },
    labels: { deployments: 'apps_deployment', pods: 'pod' },
  },
  {
    name: 'the last of two overrides',
    resources: { overrides: { a: { resource: 'pod' }, b: { resource: 'pods' } } },
    labels: { pods: 'b' },
  },
])('$name: kinds to labels', async ({ resources, labels }) => {
  const rule = await ruleOf({ resources });
  for (const [name, label] of Object.entries(labels)) {
    const kind = KINDS.find(name, '');
    const own = kind && rule.resources.labelOf([...rule.resources.overridden].find((one) => one.name === kind.name) ?? kind);
    expect({ name, label: own }).toEqual({ name, label });
  }
});
