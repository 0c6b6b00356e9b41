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
  /** A pod by name, or `*`. The status is 0 when there is no answer at all. */
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
      try {
        const { statusCode: status, body } = await request(`${url}${path}`, { dispatcher, headers });
        return { status, ...read(await body.json()) };
      } catch (error) {
        return { status: 0, values: new Map(), message: `no answer: ${error instanceof Error ? error.message : error}` };
      }
    },
    close: () => dispatcher.close(),
  };
}

function read(json: unknown): Pick<Answer, 'values' | 'message'> {
  const items = list.safeParse(json).data?.items ?? [];
  const values = new Map(items.map(({ describedObject, value }) => [describedObject.name, parseQuantity(value)]));
  return { values, message: refusal.safeParse(json).data?.message ?? '' };
}
