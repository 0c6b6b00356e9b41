// Asks the server behind an inspected URL about itself, without configuration: no credentials, no special TLS.
import type { DescribeResult, ModelVersion } from '../../model/description.ts';
import type { FetchJson, JsonResult } from '../../model/fetch.ts';
import type { Target } from '../../model/target.ts';
import { describeTriton } from '../../sources/triton/describe.ts';

export interface ApiQuestion {
  /** Base URL, without a path. */
  readonly apiUrl: string;
  /** The model versions that the metrics speak of. */
  readonly said: readonly ModelVersion[];
  readonly stop: AbortSignal;
  /** For the whole conversation. */
  readonly timeoutMs: number;
}

/** Where Triton's HTTP API is by default: port 8000 of the host that the metrics came from. */
export function defaultApiUrl(metricsUrl: string): string {
  const { protocol, hostname } = new URL(metricsUrl);
  return `${protocol}//${hostname}:8000`;
}

/** Never rejects. */
export async function askApi({ apiUrl, said, stop, timeoutMs }: ApiQuestion): Promise<DescribeResult> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent();
  const target: Target = {
    id: '',
    job: '',
    source: 'triton',
    url: apiUrl,
    labels: new Map(),
    honorLabels: false,
    intervalMs: 0,
    timeoutMs,
  };
  const fetchJson: FetchJson = async ({ path }) => {
    try {
      const { statusCode, body } = await request(`${apiUrl}${path}`, { dispatcher, signal });
      const text = await body.text();
      return { kind: 'answer', status: statusCode, json: text === '' ? undefined : JSON.parse(text) };
    } catch (error) {
      return failure(`${apiUrl}${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  try {
    return await describeTriton({ target, rereads: false, said, signal }, fetchJson);
  } finally {
    await dispatcher.destroy();
  }
}

function failure(message: string): Extract<JsonResult, { kind: 'failed' }> {
  return { kind: 'failed', error: { failure: 'failed', message } };
}
