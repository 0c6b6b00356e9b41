// The components of the manifests: each whole, and each saying what the base and the code say.
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { openKubeClient } from '../../src/app/kube-client.ts';
import { parseFlags } from '../../src/cli/options.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { manifestPaths, manifestsIn, manifestText } from './manifest-files.ts';

const kustomization = z.object({
  kind: z.string(),
  resources: z.array(z.string()).default([]),
  components: z.array(z.string()).default([]),
  patches: z
    .array(z.object({ path: z.string().optional(), patch: z.string().optional(), target: z.looseObject({}).optional() }))
    .default([]),
  configMapGenerator: z.array(z.object({ behavior: z.string().optional(), files: z.array(z.string()) })).default([]),
});

function kustomizationIn(folder: string): z.infer<typeof kustomization> {
  return kustomization.parse(parse(manifestText(`${folder}/kustomization.yaml`)));
}

function configOf(path: string, flags: readonly string[] = []): Config {
  const { overrides } = parseFlags('serve', flags, []);
  const parsed = parseConfig(manifestText(path), { overrides });
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

function one(kind: string, path: string): Readonly<Record<string, unknown>> {
  const found = manifestsIn(path).filter((manifest) => manifest.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}

/** A value inside of others, by the names of fields and the places in lists. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((node, step) => (typeof node === 'object' && node !== null ? Reflect.get(node, step) : undefined), value);
}

const folders = [
  ...new Set(
    manifestPaths()
      .filter((path) => path.startsWith('components/'))
      .map(dirname),
  ),
];
const SELECTED = at(one('Deployment', 'base/deployment.yaml'), 'spec', 'selector', 'matchLabels');
const CONTAINER = ['spec', 'template', 'spec', 'containers', 0] as const;
const MANAGED = configSchema.parse({ metrics_api: { managed_certificate: {} } }).metrics_api.managed_certificate;
const NAMESPACE = 'plimsoll';

it.each(folders)('%s is a component that has all of its files', (folder) => {
  const { kind, resources, patches, configMapGenerator } = kustomizationIn(folder);
  expect(kind).toBe('Component');
  const named = [...resources, ...patches.flatMap(({ path }) => path ?? []), ...configMapGenerator.flatMap(({ files }) => files)];
  const files = manifestPaths().filter((path) => dirname(path) === folder);
  expect(files).toEqual([...named, 'kustomization.yaml'].map((name) => `${folder}/${name}`).toSorted());
});

it('are each told in the README', () => {
  for (const folder of folders) expect(manifestText('README.md')).toContain(`\`${folder}\``);
});

describe('self-made-certificate', () => {
  const path = 'components/self-made-certificate/rbac.yaml';

  it('gives the rights that it takes, to objects of the names that the configuration has by default', () => {
    const rule = (group: string, resource: string, verbs: readonly string[], names?: readonly string[]) => ({
      apiGroups: [group],
      resources: [resource],
      verbs,
      ...(names && { resourceNames: names }),
    });
    const own = [MANAGED?.secret ?? ''];
    expect(one('Role', path)).toMatchObject({
      metadata: { namespace: NAMESPACE },
      rules: [
        rule('', 'secrets', ['create']),
        rule('', 'secrets', ['get', 'patch'], own),
        rule('coordination.k8s.io', 'leases', ['create']),
        rule('coordination.k8s.io', 'leases', ['get', 'patch'], own),
      ],
    });
    expect(one('ClusterRole', path)['rules']).toEqual([
      rule('apiregistration.k8s.io', 'apiservices', ['get', 'patch'], MANAGED?.api_services),
    ]);
  });

  it('names the APIServices that there are, and the Service that they lead to', () => {
    const paths = ['base/api-services.yaml', 'components/external-metrics/api-service.yaml'];
    const apiServices = paths.flatMap((file) => manifestsIn(file));
    expect(apiServices.map(({ metadata }) => metadata.name).toSorted()).toEqual(MANAGED?.api_services.toSorted());
    for (const { spec } of apiServices) expect(spec).toMatchObject({ service: { namespace: NAMESPACE, name: MANAGED?.service } });
  });
});

describe('certificate-files', () => {
  const folder = 'components/certificate-files';
  const { patches } = kustomizationIn(folder);
  const inline = patches.flatMap(({ patch }) => (patch === undefined ? [] : [z.unknown().parse(parse(patch))]));

  it('takes away every right to make a certificate', () => {
    const deleted = inline
      .filter((patch) => at(patch, '$patch') === 'delete')
      .map((patch) => [at(patch, 'kind'), at(patch, 'metadata', 'name')]);
    const given = manifestsIn('components/self-made-certificate/rbac.yaml').map(({ kind, metadata }) => [kind, metadata.name]);
    expect(deleted.toSorted()).toEqual(given.toSorted());
  });

  it('has Plimsoll read the files where the Secret is mounted, and ask no cluster for one', async () => {
    const [operations] = inline.filter(Array.isArray);
    const flags = z
      .array(z.object({ op: z.literal('add'), path: z.literal('/spec/template/spec/containers/0/args/-'), value: z.string() }))
      .parse(operations);
    const patch = one('Deployment', `${folder}/patch.yaml`);
    const mount = at(patch, ...CONTAINER, 'volumeMounts', 0);
    const config = configOf(
      'base/plimsoll.yaml',
      flags.map(({ value }) => value),
    );
    const file = (name: string): string => `${at(mount, 'mountPath')}/${name}`;
    expect(config.metrics_api).toMatchObject({ tls_cert_file: file('tls.crt'), tls_key_file: file('tls.key') });
    const { kubernetes, metrics_api, telemetry, ...rest } = config;
    const alone = {
      ...rest,
      kubernetes: { ...kubernetes, enabled: false },
      metrics_api: { ...metrics_api, authentication: 'none' as const },
      telemetry: { ...telemetry, authentication: 'none' as const },
    };
    expect(await openKubeClient({ config: alone, clock: new VirtualClock(), version: '0' })).toBeUndefined();
    expect(at(patch, 'spec', 'template', 'spec', 'volumes', 0)).toMatchObject({
      name: at(mount, 'name'),
      secret: { secretName: 'plimsoll-serving-certificate' },
    });
    expect(at(patch, ...CONTAINER, 'name')).toBe(at(one('Deployment', 'base/deployment.yaml'), ...CONTAINER, 'name'));
    expect(manifestText('overlays/own-certificate/kustomization.yaml')).toContain('name: plimsoll-serving-certificate');
  });

  it('is part of whatever gives a certificate in files', () => {
    expect(kustomizationIn('components/cert-manager').components).toEqual(['../certificate-files']);
    expect(kustomizationIn('overlays/own-certificate').components).toContain('../../components/certificate-files');
  });
});

describe('cert-manager', () => {
  const manifests = manifestsIn('components/cert-manager/certificates.yaml');
  const named = (kind: string, name: string): unknown =>
    manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);

  it('fills the Secret that is mounted, with a certificate for the Service', () => {
    expect(named('Certificate', 'plimsoll-serving-certificate')).toMatchObject({
      metadata: { namespace: NAMESPACE },
      spec: {
        secretName: 'plimsoll-serving-certificate',
        dnsNames: ['plimsoll.plimsoll.svc', 'plimsoll.plimsoll', 'plimsoll'],
        issuerRef: { kind: 'Issuer', name: 'plimsoll-authority' },
      },
    });
  });

  it('has each Issuer find what it needs', () => {
    expect(at(named('Issuer', 'plimsoll-authority'), 'spec', 'ca', 'secretName')).toBe(
      at(named('Certificate', 'plimsoll-authority'), 'spec', 'secretName'),
    );
    expect(at(named('Issuer', String(at(named('Certificate', 'plimsoll-authority'), 'spec', 'issuerRef', 'name'))), 'spec')).toEqual({
      selfSigned: {},
    });
  });

  it('marks every APIService with the Certificate', () => {
    const [patch] = kustomizationIn('components/cert-manager').patches;
    expect(patch?.target).toEqual({ kind: 'APIService' });
    expect(parse(patch?.patch ?? '')).toEqual([
      {
        op: 'add',
        path: '/metadata/annotations',
        value: { 'cert-manager.io/inject-ca-from': `${NAMESPACE}/plimsoll-serving-certificate` },
      },
    ]);
  });
});

describe('high-availability', () => {
  const patch = one('Deployment', 'components/high-availability/patch.yaml');

  it('has two replicas, spread over nodes, of which one may go at a time', () => {
    expect(patch).toMatchObject({
      metadata: { name: 'plimsoll', namespace: NAMESPACE },
      spec: { replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 0 } } },
    });
    expect(at(patch, 'spec', 'template', 'spec', 'topologySpreadConstraints')).toEqual([
      expect.objectContaining({ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: SELECTED } }),
    ]);
    expect(one('PodDisruptionBudget', 'components/high-availability/pod-disruption-budget.yaml')).toMatchObject({
      metadata: { namespace: NAMESPACE },
      spec: { minAvailable: 1, selector: { matchLabels: SELECTED } },
    });
  });
});

describe('namespaced', () => {
  const config = configOf('components/namespaced/plimsoll.yaml');
  const bindings = manifestsIn('components/namespaced/role-bindings.yaml');

  it('binds in each namespace that the configuration names what is no longer bound in the whole cluster', () => {
    expect(bindings.map(({ metadata }) => metadata.namespace)).toEqual(config.kubernetes.namespaces);
    const [unbound] = kustomizationIn('components/namespaced').patches.map(({ patch }) => z.unknown().parse(parse(patch ?? '')));
    expect(unbound).toMatchObject({ $patch: 'delete', kind: 'ClusterRoleBinding', metadata: { name: 'plimsoll' } });
    const bound = manifestsIn('base/rbac.yaml').find(({ kind, metadata }) => kind === 'ClusterRoleBinding' && metadata.name === 'plimsoll');
    for (const { roleRef } of bindings) expect(roleRef).toEqual(bound?.['roleRef']);
  });

  it('is the configuration of the base but for what nodes would be needed for', () => {
    const base = configOf('base/plimsoll.yaml');
    const jobs = base.scrape_configs.filter(({ kubernetes_sd_configs: roles }) => roles.every(({ role }) => role === 'pod'));
    expect(config).toEqual({ ...base, scrape_configs: jobs, kubernetes: { ...base.kubernetes, namespaces: config.kubernetes.namespaces } });
    expect(kustomizationIn('components/namespaced').configMapGenerator).toEqual([{ behavior: 'replace', files: ['plimsoll.yaml'] }]);
  });
});

describe('the NetworkPolicy', () => {
  const policy = one('NetworkPolicy', 'base/network-policy.yaml');

  it('is about Plimsoll’s pods, and lets in those who ask on the ports that it has', () => {
    expect(policy).toMatchObject({
      metadata: { namespace: NAMESPACE },
      spec: { podSelector: { matchLabels: SELECTED }, policyTypes: ['Ingress', 'Egress'] },
    });
    const ports = z.array(z.object({ name: z.string() })).parse(at(one('Deployment', 'base/deployment.yaml'), ...CONTAINER, 'ports'));
    expect(at(policy, 'spec', 'ingress')).toEqual([{ ports: ports.map(({ name }) => ({ port: name, protocol: 'TCP' })) }]);
  });

  it('lets it out to whatever speaks TCP, and to DNS', () => {
    expect(at(policy, 'spec', 'egress')).toEqual([
      { ports: [{ protocol: 'TCP' }] },
      { ports: [53, 5353].map((port) => ({ port, protocol: 'UDP' })) },
    ]);
  });
});
