// Questions to the metrics API, and their answers as data.
import * as z from 'zod';
import { parseQuantity } from '../../quantity.ts';
import type { Api } from '../control-plane/api.ts';

export interface Item {
  /** Of the described object; empty for external metrics. */
  readonly name: string;
  readonly value: number;
  readonly timestampMs: number;
}

export type Answer =
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  | { readonly kind: 'refusal'; readonly status: number; readonly message: string };

const listSchema = z.object({
  items: z.array(
    z.object({ describedObject: z.object({ name: z.string() }).optional(), value: z.string(), timestamp: z.iso.datetime().nullable() }),
  ),
});
const statusSchema = z.object({ kind: z.literal('Status'), message: z.string() });

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2/namespaces';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1/namespaces';

/** Rejects for what is neither a list nor a Status. */
export async function askMetric(api: Api, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { status, body } = await api.request({ method: 'GET', path, headers });
  if (status !== 200) {
    const refusal = statusSchema.safeParse(body);
    return { kind: 'refusal', status, message: refusal.success ? refusal.data.message : String(body) };
  }
  const items = listSchema.parse(body).items.map(({ describedObject, value, timestamp }) => ({
    name: describedObject?.name ?? '',
    value: parseQuantity(value),
    timestampMs: timestamp === null ? Number.NaN : Date.parse(timestamp),
  }));
  return { kind: 'items', items };
}

/** The pods with the label `app`. */
export function podsPath(metric: string, { namespace, app }: { readonly namespace: string; readonly app: string }): string {
  return `${CUSTOM}/${namespace}/pods/*/${metric}?labelSelector=app%3D${app}`;
}

/** `resource` is `pods`, `deployments.apps`. */
export function objectPath(
  metric: string,
  object: { readonly namespace: string; readonly resource: string; readonly name: string },
): string {
  return `${CUSTOM}/${object.namespace}/${object.resource}/${object.name}/${metric}`;
}

/** About the namespace itself. */
export function namespacePath(metric: string, namespace: string): string {
  return `${CUSTOM}/${namespace}/metrics/${metric}`;
}

export function externalPath(metric: string, { namespace, selector }: { readonly namespace: string; readonly selector: string }): string {
  return `${EXTERNAL}/${namespace}/${metric}?labelSelector=${encodeURIComponent(selector)}`;
}

export function sumOf(answer: Answer): number | undefined {
  if (answer.kind === 'refusal') return undefined;
  return answer.items.reduce((sum, { value }) => sum + value, 0);
}
