// Clients that ask as HorizontalPodAutoscalers do, all the time, and one that reads /metrics; every question is counted.
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { NAMESPACE, SERVICES } from './fleet-spec.ts';

const EVERY_MS = 15_000;
/** As long as the HPA's client would wait for an answer at most, many times over. */
const PATIENCE_MS = 10_000;

export interface Tally {
  readonly answered: number;
  /** Of them, those that say why there is no number. */
  readonly without: number;
  /** No answer at all, or an error of ours. */
  readonly unanswered: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Askers {
  /** Since this was last taken. */
  take(): Tally;
  stop(): Promise<void>;
}

export function startAskers({
  metricsApi,
  telemetry,
  hpas,
}: {
  readonly metricsApi: string;
  readonly telemetry: string;
  readonly hpas: number;
}): Askers {
  const dispatcher = new Agent({ connections: 4, connect: { rejectUnauthorized: false } });
  const stopping = new AbortController();
  let tookMs: number[] = [];
  let without = 0;
  let unanswered: string[] = [];

  const ask = async (url: string): Promise<void> => {
    const startMs = performance.now();
    try {
      const status = await statusOf(url, dispatcher);
      tookMs.push(performance.now() - startMs);
      if (status === 404) without += 1;
      else if (status !== 200) unanswered.push(`${status} ${url}`);
    } catch (error) {
      unanswered.push(`${error instanceof Error ? error.message : error} ${url}`);
    }
  };
  const keepAsking = async (url: string, phaseMs: number): Promise<void> => {
    await pause(phaseMs, undefined, { signal: stopping.signal }).catch(() => {});
    while (!stopping.signal.aborted) {
      await ask(url);
      await pause(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const urls = [...Array.from({ length: hpas }, (_, at) => `${metricsApi}${pathOf(at)}`), `${telemetry}/metrics`];
  const asking = urls.map((url, at) => keepAsking(url, (at * EVERY_MS) / urls.length));
  return {
    take: () => {
      const sorted = tookMs.toSorted((a, b) => a - b);
      const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
      const tally = { answered: sorted.length, without, unanswered, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
      tookMs = [];
      without = 0;
      unanswered = [];
      return tally;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(asking);
      await dispatcher.close();
    },
  };
}

/** As Go's client does, a connection that the server closed while it was idle is no failure: the question goes over another one. */
async function statusOf(url: string, dispatcher: Agent, tries = 2): Promise<number> {
  try {
    const { statusCode, body } = await request(url, { dispatcher, signal: AbortSignal.timeout(PATIENCE_MS) });
    await body.dump();
    return statusCode;
  } catch (error) {
    const wasClosed = error instanceof Error && 'code' in error && (error.code === 'UND_ERR_SOCKET' || error.code === 'ECONNRESET');
    if (wasClosed && tries > 1) return statusOf(url, dispatcher, tries - 1);
    throw error;
  }
}

/** Of the three kinds of metrics in turn. */
export function pathOf(at: number): string {
  const service = `service-${at % SERVICES}`;
  const custom = `/apis/custom.metrics.k8s.io/v1beta2/namespaces/${NAMESPACE}`;
  const selector = `labelSelector=${encodeURIComponent(`service=${service}`)}`;
  switch (at % 3) {
    case 0:
      return `${custom}/pods/*/triton_inflight_requests?${selector}`;
    case 1:
      return `${custom}/services/${service}/triton_saturation_ratio`;
    default:
      return `/apis/external.metrics.k8s.io/v1beta1/namespaces/${NAMESPACE}/triton_requests_per_second?${selector}`;
  }
}
