// Tritons without a network: what each says follows from the time, and some of them are down, hang or have loaded another model.
import type { Clock } from '../../src/lib/clock.ts';
import type { FetchResult } from '../../src/model/fetch.ts';
import type { Target } from '../../src/model/target.ts';

const COUNTERS = [
  'count',
  'exec_count',
  'request_success',
  'request_duration_us',
  'queue_duration_us',
  'compute_input_duration_us',
  'compute_infer_duration_us',
  'compute_output_duration_us',
];
const RATES = [10, 5, 10, 4e5, 1e5, 1e4, 2e5, 1e4];
/** A model is replaced by its next build so often. */
const BUILD_MS = 3 * 3_600_000;
/** Each target fails for a minute in so long, at a time of its own. */
const FAILS_EVERY_MS = 40 * 60_000;
const FAILS_FOR_MS = 60_000;

export class VirtualTritons {
  readonly #clock: Clock;
  readonly #encoder = new TextEncoder();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async read({ url }: Target): Promise<FetchResult> {
    const port = Number(new URL(url).port);
    const atMs = this.#clock.nowMs();
    if ((atMs + port * 7_919) % FAILS_EVERY_MS < FAILS_FOR_MS) {
      return { kind: 'failed', error: { failure: 'refused', message: 'connection refused' } };
    }
    return { kind: 'body', bytes: this.#encoder.encode(this.#text(port, atMs)) };
  }

  api(path: string): unknown {
    const models = this.#models();
    if (path === '/v2/models/stats') {
      return { model_stats: models.map((name) => ({ name, version: '1', inference_count: 1, execution_count: 1, batch_stats: [] })) };
    }
    if (!path.endsWith('/config')) return {};
    return {
      name: path.split('/')[3],
      max_batch_size: 8,
      instance_group: [{ name: 'i', kind: 'KIND_GPU', count: 2, gpus: [0] }],
      dynamic_batching: {},
    };
  }

  #models(): readonly string[] {
    return ['tokenize', `llm-build-${Math.floor(this.#clock.nowMs() / BUILD_MS)}`];
  }

  #text(port: number, atMs: number): string {
    const seconds = Math.floor(atMs / 1000) % 1e7;
    const models = this.#models();
    // As since 24.01: a server without them is watched for a leak of its pending gauge.
    const lines = ['# TYPE nv_pinned_memory_pool_total_bytes gauge', 'nv_pinned_memory_pool_total_bytes 268435456'];
    for (const [at, name] of COUNTERS.entries()) {
      lines.push(`# TYPE nv_inference_${name} counter`);
      for (const model of models) lines.push(`nv_inference_${name}{model="${model}",version="1"} ${seconds * (RATES[at] ?? 1)}`);
    }
    lines.push('# TYPE nv_inference_pending_request_count gauge');
    for (const model of models) lines.push(`nv_inference_pending_request_count{model="${model}",version="1"} ${(seconds + port) % 7}`);
    return `${lines.join('\n')}\n`;
  }
}
