// The manifests say what the code does, both ways.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseFlags } from '../../src/cli/options.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { AUTOSCALERS } from '../../src/discovery/kubernetes/autoscalers.ts';
import { ENDPOINT_SLICES, NODES, ownerResources, PODS, SERVICES } from '../../src/discovery/kubernetes/resources.ts';
import { staticTargets } from '../../src/discovery/static.ts';
import { GROUPS, resourcesWith } from '../../src/metrics-api/resources.ts';
import { CATALOGUE } from '../../src/signals/catalogue.ts';
import { manifestPaths, manifests, manifestsIn, manifestText } from './manifest-files.ts';
import { ROOT } from './source-files.ts';

const all = manifests();

function find<Shape extends z.ZodType>(kind: string, options: { readonly path: string; readonly schema: Shape }): z.infer<Shape> {
  const found = manifestsIn(options.path).filter((manifest) => manifest.kind === kind);
  expect(found.map(({ metadata }) => metadata.name)).toHaveLength(1);
  return options.schema.parse(found[0]);
}

const rulesSchema = z.object({
  rules: z.array(z.strictObject({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) })),
});

const readerSchema = z.object({
  metadata: z.object({ name: z.string() }),
  rules: z.array(z.strictObject({ nonResourceURLs: z.array(z.string()), verbs: z.array(z.string()) })),
});

/** `apps/deployments list,watch`, one a resource. */
function rightsIn(path: string, kind = 'ClusterRole'): string[] {
  const { rules } = find(kind, { path, schema: rulesSchema });
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource} ${verbs.toSorted().join()}`)),
    )
    .toSorted();
}

const watched = (group: string, resource: string): string => `${group}/${resource} list,watch`;
const WATCHED = [PODS, SERVICES, NODES, ENDPOINT_SLICES, ...ownerResources([])];

describe('rights', () => {
  /** The group of a root: `/apis/apps/v1` is of `apps`, `/api/v1` of the core. */
  const groupOf = (root: string): string => /^\/apis\/(?<group>[^/]+)\//.exec(root)?.groups?.['group'] ?? '';
  const wanted = [...WATCHED.map(({ root, resource }) => watched(groupOf(root), resource)), '/nodes/metrics get'];

  it('are those that discovery needs, and no others', () => {
    expect(rightsIn('base/rbac.yaml')).toEqual(wanted.toSorted());
  });

  it('are to see custom owners, and nothing else', () => {
    expect(rightsIn('examples/custom-owners.yaml')).toEqual([watched('leaderworkerset.x-k8s.io', 'leaderworkersets')]);
    expect(manifestText('base/plimsoll.yaml')).toContain('resource: leaderworkersets');
  });

  it('are to see autoscalers and to write Events about them, for those who want them', () => {
    const { root, resource } = AUTOSCALERS;
    expect(rightsIn('components/events/rbac.yaml')).toEqual(['/events create,patch', `${groupOf(root)}/${resource} get,list,watch`]);
    expect(manifestText('base/plimsoll.yaml')).toContain('# events: true');
  });

  it('are to read each path of telemetry, for those who scrape it and for those who ask why', () => {
    const roles = manifestsIn('examples/telemetry-readers.yaml').map((role) => readerSchema.parse(role));
    expect(roles.map(({ metadata: { name }, rules }) => [name, ...rules])).toEqual([
      ['plimsoll:telemetry', { nonResourceURLs: ['/metrics', '/federate'], verbs: ['get'] }],
      ['plimsoll:explain', { nonResourceURLs: ['/api/plimsoll/*'], verbs: ['get'] }],
      ['plimsoll:query', { nonResourceURLs: ['/api/v1/*'], verbs: ['get', 'post'] }],
    ]);
    expect(readFileSync(join(ROOT, 'src/exporter/app.ts'), 'utf8')).toContain("app.use('/api/plimsoll', ");
  });

  it('are given to the service account that the pods have', () => {
    const bindings = all.filter(({ kind }) => kind.endsWith('Binding'));
    expect(bindings).toHaveLength(8);
    for (const { subjects } of bindings) expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'plimsoll', namespace: 'plimsoll' }]);
    expect(find('ServiceAccount', { path: 'base/service-account.yaml', schema: z.looseObject({}) })).toMatchObject({
      metadata: { name: 'plimsoll', namespace: 'plimsoll' },
    });
  });

  it.each(bindingsOfTheCluster())('let it ask who asks: $role', ({ kind, namespace, role }) => {
    const found = manifestsIn('base/rbac.yaml').find(
      ({ roleRef }) => z.object({ name: z.string() }).safeParse(roleRef).data?.name === role,
    );
    expect(found).toMatchObject({ kind, metadata: namespace === undefined ? {} : { namespace } });
  });
});

function bindingsOfTheCluster(): { kind: string; namespace?: string; role: string }[] {
  return [
    { kind: 'ClusterRoleBinding', role: 'system:auth-delegator' },
    { kind: 'RoleBinding', namespace: 'kube-system', role: 'extension-apiserver-authentication-reader' },
  ];
}

it('asks for no exception from checking certificates, and for no way around RBAC', () => {
  const loose = /insecureSkipTLSVerify|nodes\/proxy|cluster-admin|\[['"]?\*['"]?\]|privileged: true|hostNetwork: true/;
  expect(manifestPaths().filter((path) => path.endsWith('.yaml') && loose.test(manifestText(path)))).toEqual([]);
});

it('puts every file of the base into the base', () => {
  const { resources, configMapGenerator } = z
    .object({ resources: z.array(z.string()), configMapGenerator: z.array(z.object({ files: z.array(z.string()) })) })
    .parse(parse(manifestText('base/kustomization.yaml')));
  const named = [...resources, ...configMapGenerator.flatMap(({ files }) => files), 'kustomization.yaml'];
  expect(manifestPaths().filter((path) => path.startsWith('base/'))).toEqual(named.map((name) => `base/${name}`).toSorted());
});

const deploymentSchema = z.object({
  spec: z.object({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        serviceAccountName: z.string(),
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.looseObject({}),
        containers: z.tuple([
          z.looseObject({
            image: z.string(),
            args: z.array(z.string()),
            ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
            volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.literal(true) })),
          }),
        ]),
        volumes: z.array(z.looseObject({ name: z.string() })),
      }),
    }),
  }),
});

describe('the Deployment', () => {
  const { selector, template } = find('Deployment', { path: 'base/deployment.yaml', schema: deploymentSchema }).spec;
  const pod = template.spec;
  const [container] = pod.containers;
  const text = manifestText('base/plimsoll.yaml');
  const parsed = parseConfig(text, { overrides: [], check: (config) => staticTargets(config).problems });
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  const { config } = parsed;
  const mountOf = (name: string): string => container.volumeMounts.find((mount) => mount.name === name)?.mountPath ?? '';
  const portOf = (name: string): number | undefined => container.ports.find((port) => port.name === name)?.containerPort;

  it('runs a command that there is, with the configuration that is mounted', () => {
    const [command = '', ...flags] = container.args;
    expect(command).toBe('serve');
    expect(parseFlags(command, flags, [{ flag: 'config', type: 'string' }]).values).toMatchObject({
      config: `${mountOf('configuration')}/plimsoll.yaml`,
    });
    expect(pod.volumes.find(({ name }) => name === 'configuration')).toMatchObject({ configMap: { name: 'plimsoll' } });
  });

  it('makes its certificate itself, and ends before it is killed', () => {
    expect(config.metrics_api).toMatchObject({ managed_certificate: { service: 'plimsoll' } });
    expect(manifestText('base/kustomization.yaml')).toContain('  - ../components/self-made-certificate\n');
    // After the delay, five seconds are what a stop takes at most.
    expect(config.shutdown_delay / 1000 + 5).toBeLessThan(pod.terminationGracePeriodSeconds);
  });

  it('declares the ports on which the configuration listens, and answers nobody unasked there', () => {
    expect(portOf('metrics-api')).toBe(config.metrics_api.listen.port);
    expect(portOf('telemetry')).toBe(config.telemetry.listen.port);
    expect([config.metrics_api.authentication, config.telemetry.authentication]).toEqual(['delegated', 'delegated']);
  });

  it('finds Tritons, DCGM exporters and kubelets', () => {
    expect(config.kubernetes.enabled).toBe(true);
    expect(config.scrape_configs.map(({ source }) => source)).toEqual(['triton', 'dcgm', 'kubelet']);
    expect(config.scrape_configs.every((job) => job.kubernetes_sd_configs.length === 1)).toBe(true);
    expect(config.scrape_configs.every((job) => job.tls_config?.insecure_skip_verify !== true)).toBe(true);
  });

  it('is what the restricted profile of Pod Security allows, on a read-only file system', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container['resources']).toMatchObject({ requests: { cpu: expect.any(String), memory: expect.any(String) } });
  });

  it('is asked for its health where that is served to everybody', () => {
    expect(container).toMatchObject({
      readinessProbe: { httpGet: { path: '/readyz', port: 'telemetry' } },
      livenessProbe: { httpGet: { path: '/livez', port: 'telemetry' } },
    });
  });

  it('has the young generation that the collector is tuned for', () => {
    const said = /`NODE_OPTIONS=(?<options>[^`]+)`/.exec(readFileSync(join(ROOT, 'src/lib/collector.ts'), 'utf8'))?.groups?.['options'];
    expect(container['env']).toEqual([{ name: 'NODE_OPTIONS', value: said }]);
  });

  it('has the image of this version, and the labels that are selected', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    expect(container.image).toBe(`plimsoll:${version}`);
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(pod.serviceAccountName).toBe('plimsoll');
  });
});

describe('APIServices', () => {
  const schema = z.object({
    metadata: z.object({ name: z.string() }),
    spec: z.strictObject({
      group: z.string(),
      version: z.string(),
      groupPriorityMinimum: z.number(),
      versionPriority: z.number(),
      service: z.strictObject({ name: z.string(), namespace: z.string(), port: z.number() }),
    }),
  });
  const apiServices = all
    .filter(({ kind }) => kind === 'APIService')
    .map((manifest) => ({ ...schema.parse(manifest), path: manifest.path }));

  it('are for the groups and versions that are served, the preferred version first', () => {
    const byGroup = GROUPS.map(({ name }) => {
      const mine = apiServices
        .filter(({ spec }) => spec.group === name)
        .toSorted((a, b) => b.spec.versionPriority - a.spec.versionPriority);
      return { name, versions: mine.map(({ spec }) => spec.version) };
    });
    expect(byGroup).toEqual(GROUPS);
    expect(apiServices).toHaveLength(GROUPS.flatMap(({ versions }) => versions).length);
    for (const { metadata, spec } of apiServices) expect(metadata.name).toBe(`${spec.version}.${spec.group}`);
  });

  it('point to the Service, and it to ports of the pod', () => {
    const service = find('Service', {
      path: 'base/service.yaml',
      schema: z.object({
        metadata: z.object({ name: z.string(), namespace: z.string() }),
        spec: z.object({ ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.string() })) }),
      }),
    });
    const port = service.spec.ports.find(({ targetPort }) => targetPort === 'metrics-api')?.port;
    for (const { spec } of apiServices) expect(spec.service).toEqual({ ...service.metadata, port });
    const ports = find('Deployment', { path: 'base/deployment.yaml', schema: deploymentSchema }).spec.template.spec.containers[0].ports;
    expect(service.spec.ports.map(({ targetPort }) => targetPort)).toEqual(ports.map(({ name }) => name));
  });

  it('take the one place for external metrics only when asked to', () => {
    expect(apiServices.filter(({ spec }) => spec.group.startsWith('external')).map(({ path }) => path)).toEqual([
      'components/external-metrics/api-service.yaml',
    ]);
  });
});

describe('example HPAs', () => {
  const metricSchema = z.object({ metric: z.object({ name: z.string() }), target: z.object({ type: z.string() }) });
  const schema = z.object({
    apiVersion: z.literal('autoscaling/v2'),
    spec: z.object({
      scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
      metrics: z.tuple([
        z.object({
          type: z.string(),
          pods: metricSchema.optional(),
          object: metricSchema.extend({ describedObject: z.object({ apiVersion: z.string(), kind: z.string() }) }).optional(),
          external: metricSchema.optional(),
        }),
      ]),
      behavior: z.object({
        scaleDown: z.object({
          stabilizationWindowSeconds: z.number(),
          policies: z.array(z.looseObject({ type: z.string(), value: z.number() })),
        }),
      }),
    }),
  });
  const hpas = all
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    .map((manifest) => ({ path: manifest.path, ...schema.parse(manifest) }));

  it('show every kind of metric', () => {
    const kinds = hpas.map(({ spec: { metrics } }) => {
      const [metric] = metrics;
      return `${metric.type} ${(metric.pods ?? metric.object ?? metric.external)?.target.type}`;
    });
    expect([...new Set(kinds)].toSorted()).toEqual(['External AverageValue', 'Object AverageValue', 'Object Value', 'Pods AverageValue']);
  });

  it.each(hpas)('$path follows a signal that is served, of an object that can be asked about', ({ spec }) => {
    const [{ pods, object, external }] = spec.metrics;
    expect(CATALOGUE.map(({ name }) => name)).toContain((pods ?? object ?? external)?.metric.name);
    const described = object?.describedObject;
    if (described !== undefined) {
      const [version = '', group = ''] = described.apiVersion.split('/').toReversed();
      const resource = [...resourcesWith([]).values()].find((one) => one.kind === described.kind && one.group === group);
      expect(resource?.version).toBe(version);
    }
  });

  it.each(hpas)('$path gives pods that go the time to drain', ({ spec }) => {
    const { stabilizationWindowSeconds, policies } = spec.behavior.scaleDown;
    expect(stabilizationWindowSeconds).toBe(300);
    expect(policies).toEqual([{ type: 'Pods', value: 1, periodSeconds: 60 }]);
    // Riva's Deployment is its chart's.
    if (spec.scaleTargetRef.name === 'riva-api') return;
    const pod = all.find(
      ({ path, kind, metadata }) => path.startsWith('examples/') && kind === 'Deployment' && metadata.name === spec.scaleTargetRef.name,
    );
    const text = JSON.stringify(pod);
    const grace = Number(/"terminationGracePeriodSeconds":(?<seconds>\d+)/.exec(text)?.groups?.['seconds']);
    const sleep = Number(/"preStop":\{"sleep":\{"seconds":(?<seconds>\d+)/.exec(text)?.groups?.['seconds']);
    const exit = Number(/--exit-timeout-secs=(?<seconds>\d+)/.exec(text)?.groups?.['seconds'] ?? 0);
    expect(grace).toBeGreaterThan(sleep + exit);
  });
});

describe('example configuration', () => {
  const paths = manifestPaths().filter((path) => path.startsWith('examples/') && path.endsWith('plimsoll.yaml'));

  it.each(paths)('%s is one', (path) => {
    const parsed = parseConfig(`kubernetes: {enabled: true}\n${manifestText(path)}`);
    expect(parsed.kind === 'config' && parsed.config.scrape_configs.map(({ source }) => source)).toEqual(['llm', 'llm', 'llm']);
  });
});

it('explains each folder of examples', () => {
  const folders = new Set(manifestPaths().flatMap((path) => /^examples\/(?<folder>[^/]+)\//.exec(path)?.groups?.['folder'] ?? []));
  expect([...folders]).toEqual(['grpc-ingress', 'headless-service', 'l4-service', 'metallb', 'riva', 'triton', 'vllm']);
  for (const folder of folders)
    expect(manifestText(`examples/${folder}/README.md`)).toMatch(/^# .+\n[\s\S]*kubectl apply -f k8s\/examples\//);
});
