// The objects of a large cluster as JSON, as long as real ones: half of a pod are its managed fields and its spec's defaults.

const POD_LABELS = { app: 'triton', 'pod-template-hash': '7c9f6d5b8', team: 'inference', 'app.kubernetes.io/part-of': 'models' };

function managedFields(paths: number): unknown {
  const fields: Record<string, unknown> = {};
  for (let path = 0; path < paths; path += 1) fields[`f:some-field-of-the-object-${path}`] = { 'f:value': {}, '.': {} };
  return [
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-08-22T10:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: fields,
    },
  ];
}

const POD_FIELDS = managedFields(40);
const OWNER_FIELDS = managedFields(12);

function uidOf(kind: string, index: number): string {
  return `${kind.padEnd(8, '0').slice(0, 8)}-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

export function podJson(index: number, { version = index, isReady = true } = {}): string {
  const set = Math.floor(index / 10);
  const condition = (type: string, status: boolean): unknown => ({
    type,
    status: status ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: '2026-08-22T10:00:30Z',
  });
  const env = Array.from({ length: 20 }, (_, number) => ({ name: `SOME_VARIABLE_${number}`, value: `value-${index}-${number}` }));
  const mounts = Array.from({ length: 4 }, (_, number) => ({
    name: `volume-${number}`,
    mountPath: `/var/lib/volume-${number}`,
    readOnly: true,
  }));
  return JSON.stringify({
    metadata: {
      name: `triton-${set}-7c9f6d5b8-${index}`,
      generateName: `triton-${set}-7c9f6d5b8-`,
      namespace: `team-${set % 40}`,
      uid: uidOf('pod', index),
      resourceVersion: String(version),
      creationTimestamp: '2026-08-22T10:00:00Z',
      labels: { ...POD_LABELS, model: `model-${set}` },
      annotations: { 'prometheus.io/scrape': 'true', 'kubectl.kubernetes.io/restartedAt': '2026-08-22T10:00:00Z' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `triton-${set}-7c9f6d5b8`, uid: uidOf('rs', set), controller: true },
      ],
      managedFields: POD_FIELDS,
    },
    spec: {
      volumes: mounts.map(({ name }) => ({ name, configMap: { name: `${name}-of-${set}`, defaultMode: 420 } })),
      containers: [
        {
          name: 'triton',
          image: 'nvcr.io/nvidia/tritonserver:26.07-py3',
          ports: [
            { name: 'http', containerPort: 8000, protocol: 'TCP' },
            { name: 'grpc', containerPort: 8001, protocol: 'TCP' },
            { name: 'metrics', containerPort: 8002, protocol: 'TCP' },
          ],
          env,
          resources: { limits: { 'nvidia.com/gpu': '1' }, requests: { cpu: '4', memory: '16Gi' } },
          volumeMounts: mounts,
          terminationMessagePath: '/dev/termination-log',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      nodeName: `node-${index % 500}`,
      restartPolicy: 'Always',
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    },
    status: {
      phase: 'Running',
      conditions: ['Initialized', 'ContainersReady', 'PodScheduled']
        .map((type) => condition(type, true))
        .concat(condition('Ready', isReady)),
      hostIP: `10.0.${(index % 500) >> 8}.${index & 255}`,
      podIP: `10.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
      podIPs: [{ ip: `10.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}` }],
      startTime: '2026-08-22T10:00:00Z',
      containerStatuses: [
        { name: 'triton', ready: isReady, restartCount: 0, image: 'nvcr.io/nvidia/tritonserver:26.07-py3', started: true },
      ],
    },
  });
}

function metadataJson(kind: string, index: number): string {
  return JSON.stringify({
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {
      name: `${kind}-${index}`,
      namespace: `team-${index % 40}`,
      uid: uidOf(kind, index),
      resourceVersion: String(index),
      labels: POD_LABELS,
      managedFields: OWNER_FIELDS,
    },
  });
}

/** JSON of every object, by the path of its resource. */
export function resourceObjects(pods: number): ReadonlyMap<string, string[]> {
  const some = (count: number, json: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => json(index));
  const owners = (kind: string, count: number): string[] => some(count, (index) => metadataJson(kind, index));
  return new Map([
    ['/api/v1/pods', some(pods, (index) => podJson(index))],
    ['/api/v1/services', owners('svc', pods / 10)],
    ['/apis/discovery.k8s.io/v1/endpointslices', owners('slice', pods / 10)],
    ['/api/v1/nodes', owners('node', 500)],
    ['/apis/apps/v1/deployments', owners('deploy', pods / 10)],
    ['/apis/apps/v1/replicasets', owners('rs', pods / 2)],
    ['/apis/apps/v1/statefulsets', owners('sts', 100)],
    ['/apis/apps/v1/daemonsets', owners('ds', 50)],
    ['/apis/batch/v1/jobs', owners('job', 500)],
  ]);
}
