// Workloads of simulated Tritons, and the HPAs that scale them.
import type { Api } from '../control-plane/api.ts';
import { HTTP_PORT, METRICS_PORT, TRITON_ANNOTATION, type TritonAnnotation } from '../kubelet/protocol.ts';

export interface WorkloadSpec {
  readonly namespace: string;
  /** Of the Deployment and its Service, and value of the pods' label `app`. */
  readonly name: string;
  readonly replicas: number;
  readonly triton: TritonAnnotation;
  readonly node?: string;
}

/** Four executions of 50 ms at once: a queue drains within a second when its clients go. */
export const QUICK_TRITON: TritonAnnotation = { model: 'bert', instances: 4, serviceMs: 50, variability: 'none', coldStartMs: 0 };

/** A Deployment with a Service, in a namespace that is made if need be. */
export async function createWorkload(api: Api, spec: WorkloadSpec): Promise<void> {
  const { namespace, name, replicas } = spec;
  await createNamespace(api, namespace);
  const selector = { app: name };
  await create(api, `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: selector }, template: podTemplate(spec) },
  });
  await create(api, `/api/v1/namespaces/${namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector, ports: [{ port: 8000 }] },
  });
}

/** Metadata and spec of a pod with one Triton. */
export function podTemplate({ name, triton, node }: Omit<WorkloadSpec, 'namespace' | 'replicas'>): object {
  return {
    metadata: { labels: { app: name }, annotations: { [TRITON_ANNOTATION]: JSON.stringify(triton) } },
    spec: {
      ...(node === undefined ? {} : { nodeName: node }),
      containers: [
        {
          name: 'triton',
          image: 'triton',
          ports: [
            { name: 'http', containerPort: HTTP_PORT },
            { name: 'metrics', containerPort: METRICS_PORT },
          ],
        },
      ],
    },
  };
}

export async function createNamespace(api: Api, name: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const { status } = await api.request({ method: 'POST', path: '/api/v1/namespaces', body });
  if (status !== 201 && status !== 409) throw new Error(`namespace ${name}: ${status}`);
}

/** One element of an HPA's `metrics`. */
export type HpaMetric = object;

export function podsMetric(name: string, averageValue: string): HpaMetric {
  return { type: 'Pods', pods: { metric: { name }, target: { type: 'AverageValue', averageValue } } };
}

type ObjectTarget = { readonly type: 'Value'; readonly value: string } | { readonly type: 'AverageValue'; readonly averageValue: string };

export function objectMetric(name: string, about: { apiVersion: string; kind: string; name: string }, target: ObjectTarget): HpaMetric {
  return { type: 'Object', object: { describedObject: about, metric: { name }, target } };
}

export function externalMetric(name: string, matchLabels: Readonly<Record<string, string>>, averageValue: string): HpaMetric {
  return { type: 'External', external: { metric: { name, selector: { matchLabels } }, target: { type: 'AverageValue', averageValue } } };
}

export interface HpaSpec {
  /** Of the Deployment that it scales, and its own. */
  readonly name: string;
  readonly namespace: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metric: HpaMetric;
  readonly behavior?: object;
}

/** Follows at once, up and down. */
export const AT_ONCE = {
  scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Pods', value: 100, periodSeconds: 15 }] },
  scaleDown: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
};

export async function createHpa(api: Api, { name, namespace, minReplicas, maxReplicas, metric, behavior }: HpaSpec): Promise<void> {
  await create(api, `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas, maxReplicas, metrics: [metric], behavior },
  });
}

function create(api: Api, path: string, body: object): Promise<unknown> {
  return api.ok({ method: 'POST', path, body });
}
