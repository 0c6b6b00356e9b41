// What one of the two says to a question, in a form in which it can be held against the other's.
import * as z from 'zod';
import type { Api } from '../../kubernetes/control-plane/api.ts';
import { parseQuantity } from '../../quantity.ts';

export interface Item {
  /** Kind, namespace and name of the object, or the labels of the series. */
  readonly about: string;
  /** Of the described object; empty for external metrics. */
  readonly apiVersion: string;
  readonly metric: string;
  /** JSON; `null` without one. */
  readonly selector: string;
  readonly quantity: string;
  readonly value: number;
  readonly timestampMs: number;
}

export type Said =
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  | { readonly kind: 'refusal'; readonly status: number; readonly message: string };

const itemSchema = z.object({
  describedObject: z
    .object({ kind: z.string(), namespace: z.string().default(''), name: z.string(), apiVersion: z.string().default('') })
    .optional(),
  metric: z.object({ name: z.string(), selector: z.unknown().optional() }).optional(),
  metricName: z.string().optional(),
  selector: z.unknown().optional(),
  metricLabels: z.record(z.string(), z.string()).nullish(),
  timestamp: z.iso.datetime(),
  value: z.string(),
});
const listSchema = z.object({ items: z.array(itemSchema) });
const statusSchema = z.object({ kind: z.literal('Status'), message: z.string() });
const documentSchema = z.object({ resources: z.array(z.object({ name: z.string(), namespaced: z.boolean() })) });

/** Rejects for what is neither a list nor a Status. */
export async function ask(api: Api, path: string): Promise<Said> {
  const { status, body } = await api.request({ method: 'GET', path });
  if (status !== 200) return { kind: 'refusal', status, message: statusSchema.parse(body).message };
  return { kind: 'items', items: listSchema.parse(body).items.map(itemOf) };
}

function itemOf({ describedObject, metric, metricName, selector, metricLabels, timestamp, value }: z.infer<typeof itemSchema>): Item {
  const labels = Object.entries(metricLabels ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const object = describedObject && `${describedObject.kind} ${describedObject.namespace}/${describedObject.name}`;
  return {
    about: object ?? `{${labels.map(([name, text]) => `${name}="${text}"`).join(', ')}}`,
    apiVersion: describedObject?.apiVersion ?? '',
    metric: metric?.name ?? metricName ?? '',
    selector: JSON.stringify(metric?.selector ?? selector ?? null),
    quantity: value,
    value: parseQuantity(value),
    timestampMs: Date.parse(timestamp),
  };
}

/** Entries of the legacy discovery document, with `!` behind those without a namespace; empty where there is none. */
export async function discover(api: Api, document: string): Promise<readonly string[]> {
  const { status, body } = await api.request({ method: 'GET', path: document });
  if (status !== 200) return [];
  const { resources } = documentSchema.parse(body);
  return resources.map(({ name, namespaced }) => (namespaced ? name : `${name}!`)).toSorted();
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const groupsSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** Groups of the aggregated discovery document. */
export async function discoverGroups(api: Api): Promise<readonly string[]> {
  const { body } = await api.request({ method: 'GET', path: '/apis', accept: AGGREGATED });
  return groupsSchema.parse(body).items.map(({ metadata }) => metadata.name);
}
