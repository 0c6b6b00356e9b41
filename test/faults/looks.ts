// What the metrics API says of pods, asked as the HorizontalPodAutoscaler asks it.
import { Agent, request } from 'undici';
import * as z from 'zod';
import { parseQuantity } from '../e2e/quantity.ts';

const list = z.object({ items: z.array(z.object({ describedObject: z.object({ name: z.string() }), value: z.string() })) });
const refusal = z.object({ message: z.string() });

export interface Answer {
  readonly status: number;
  /** By pod; empty where there is none. */
  readonly values: ReadonlyMap<string, number>;
  /** Of a refusal. */
  readonly message: string;
}

export interface Asker {
  /** A pod by name, or `*`. Rejects when there is no answer at all. */
  ask(question: { readonly url: string; readonly pod: string; readonly signal: string; readonly token?: string }): Promise<Answer>;
  close(): Promise<void>;
}

/** One client for all, with as many connections as it has questions at once. */
export function createAsker(): Asker {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  return {
    ask: async ({ url, pod, signal, token }) => {
      const path = `/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/${pod}/${signal}`;
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const { statusCode: status, body } = await request(`${url}${path}`, { dispatcher, headers });
      const json: unknown = await body.json();
      const items = list.safeParse(json).data?.items ?? [];
      const values = new Map(items.map(({ describedObject, value }) => [describedObject.name, parseQuantity(value)]));
      return { status, values, message: refusal.safeParse(json).data?.message ?? '' };
    },
    close: () => dispatcher.close(),
  };
}
