// Every state that the HorizontalPodAutoscalers of a cluster go through, as the API server tells it.
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { Api } from '../control-plane/api.ts';

const conditionSchema = z.object({ type: z.string(), status: z.string(), reason: z.string().default(''), message: z.string().default('') });
const currentSchema = z.object({ averageValue: z.string().optional(), value: z.string().optional() });
const hpaSchema = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string() }),
  status: z
    .object({
      currentReplicas: z.number().default(0),
      desiredReplicas: z.number().default(0),
      conditions: z.array(conditionSchema).nullish(),
      currentMetrics: z
        .array(
          z.object({
            type: z.string(),
            pods: z.object({ current: currentSchema }).optional(),
            object: z.object({ current: currentSchema }).optional(),
            external: z.object({ current: currentSchema }).optional(),
          }),
        )
        .nullish(),
    })
    .prefault({}),
});

export type Condition = z.infer<typeof conditionSchema>;

export interface HpaState {
  /** When we heard of it, on the wall clock. */
  readonly atMs: number;
  readonly current: number;
  readonly desired: number;
  readonly conditions: readonly Condition[];
  /** What it says of its first metric, as a quantity. */
  readonly metric: { readonly averageValue?: string | undefined; readonly value?: string | undefined } | undefined;
}

export interface HpaWatch extends AsyncDisposable {
  /** In order; grows. */
  of(namespace: string, name: string): readonly HpaState[];
  latest(namespace: string, name: string): HpaState | undefined;
  /** The first state from `sinceMs` on of which `test` is true; undefined when there is none within the time after that. */
  first(hpa: { namespace: string; name: string }, wanted: Wanted): Promise<HpaState | undefined>;
  /** Settles when the latest state is one of which `test` is true; rejects with that state after the time. */
  becomes(hpa: { namespace: string; name: string }, wanted: Omit<Wanted, 'sinceMs'>): Promise<HpaState>;
}

export interface Wanted {
  readonly test: (state: HpaState) => boolean;
  readonly sinceMs: number;
  readonly withinMs: number;
}

const LOOK_MS = 20;
const RETRY_MS = 200;
const PATH = '/apis/autoscaling/v2/horizontalpodautoscalers';

export function watchHpas(api: Api): HpaWatch {
  const states = new Map<string, HpaState[]>();
  const of = (namespace: string, name: string): HpaState[] => {
    const key = `${namespace}/${name}`;
    const known = states.get(key) ?? [];
    states.set(key, known);
    return known;
  };
  const stopping = new AbortController();
  const watching = follow(api, {
    signal: stopping.signal,
    tell: ({ metadata, status }) => {
      const [metric] = status.currentMetrics ?? [];
      of(metadata.namespace, metadata.name).push({
        atMs: Date.now(),
        current: status.currentReplicas,
        desired: status.desiredReplicas,
        conditions: status.conditions ?? [],
        metric: (metric?.pods ?? metric?.object ?? metric?.external)?.current,
      });
    },
  });
  return {
    of,
    latest: (namespace, name) => of(namespace, name).at(-1),
    first: async ({ namespace, name }, { test, sinceMs, withinMs }) => {
      while (Date.now() <= sinceMs + withinMs) {
        const found = of(namespace, name).find((state) => state.atMs >= sinceMs && test(state));
        if (found !== undefined) return found;
        await setTimeout(LOOK_MS);
      }
      return undefined;
    },
    becomes: async ({ namespace, name }, { test, withinMs }) => {
      const endMs = Date.now() + withinMs;
      for (;;) {
        const latest = of(namespace, name).at(-1);
        if (latest !== undefined && test(latest)) return latest;
        if (Date.now() > endMs) throw new Error(`the HPA ${namespace}/${name} is not what it should be: ${JSON.stringify(latest)}`);
        await setTimeout(LOOK_MS);
      }
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await watching;
    },
  };
}

async function follow(api: Api, options: { signal: AbortSignal; tell: (hpa: z.infer<typeof hpaSchema>) => void }): Promise<void> {
  const { signal, tell } = options;
  while (!signal.aborted) {
    try {
      // Without a version the server first sends what there is, as ADDED.
      for await (const event of api.watch(`${PATH}?watch=1`, signal)) {
        const { type, object } = z.object({ type: z.string(), object: z.unknown() }).parse(event);
        if (type === 'ADDED' || type === 'MODIFIED') tell(hpaSchema.parse(object));
      }
    } catch (error) {
      if (error instanceof z.ZodError) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}

export function conditionOf(state: HpaState | undefined, type: string): Condition | undefined {
  return state?.conditions.find((condition) => condition.type === type);
}
