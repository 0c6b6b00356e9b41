// The APIServices of the metrics APIs, and what kube-apiserver thinks of who is behind them.
import * as z from 'zod';
import { until } from '../../wait.ts';
import type { Api } from '../control-plane/api.ts';

export const API_SERVICES = ['v1beta1.custom.metrics.k8s.io', 'v1beta2.custom.metrics.k8s.io', 'v1beta1.external.metrics.k8s.io'] as const;

const FOLDER = '/apis/apiregistration.k8s.io/v1/apiservices';
const MERGE = 'application/merge-patch+json';
const schema = z.object({
  status: z
    .object({
      conditions: z.array(
        z.object({ type: z.string(), status: z.string(), reason: z.string().default(''), message: z.string().default('') }),
      ),
    })
    .prefault({ conditions: [] }),
});

export interface Availability {
  /** `True` or `False`. */
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Undefined before kube-apiserver has looked for the first time. */
export async function availability(api: Api, name: string): Promise<Availability | undefined> {
  const { status } = schema.parse(await api.get(`${FOLDER}/${name}`));
  return status.conditions.find(({ type }) => type === 'Available');
}

/**
 * Settles when all of them are what is wanted; rejects after the time. `hurried`: kube-apiserver, which after failures looks every half
 * minute, is made to look at once, where its pace is not what a test is about.
 */
export async function becomeAvailable(
  api: Api,
  { wanted, withinMs, hurried = false }: { readonly wanted: boolean; readonly withinMs: number; readonly hurried?: boolean },
): Promise<void> {
  const seen = new Map<string, Availability | undefined>();
  let looks = 0;
  await until({
    ask: async () => {
      looks += 1;
      for (const name of API_SERVICES) {
        // Whatever changes of an APIService, it is looked at anew.
        const body = { metadata: { annotations: { 'e2e/look': String(looks) } } };
        if (hurried) await api.ok({ method: 'PATCH', path: `${FOLDER}/${name}`, contentType: MERGE, body });
      }
      for (const name of API_SERVICES) seen.set(name, await availability(api, name));
      return [...seen.values()].every((one) => one?.status === (wanted ? 'True' : 'False')) || undefined;
    },
    withinMs,
    everyMs: 500,
    failure: () => `not all APIServices are ${wanted ? '' : 'un'}available: ${JSON.stringify([...seen])}`,
  });
}

export async function deleteApiServices(api: Api): Promise<void> {
  for (const name of API_SERVICES) await api.ok({ method: 'DELETE', path: `${FOLDER}/${name}` });
}

/** Puts an authority, or several, in the place of what they trust. */
export async function trust(api: Api, caBundle: string): Promise<void> {
  const body = { spec: { caBundle: Buffer.from(caBundle).toString('base64') } };
  for (const name of API_SERVICES) await api.ok({ method: 'PATCH', path: `${FOLDER}/${name}`, contentType: MERGE, body });
}
