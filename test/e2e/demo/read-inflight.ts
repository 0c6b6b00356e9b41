// In-flight requests by pod, read as the HorizontalPodAutoscaler reads them.
import { Agent, request } from 'undici';

const agent = new Agent({ connect: { rejectUnauthorized: false } });
const PATH = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/*/triton_inflight_requests';
const FACTORS: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3 };

/** Empty while no pod has a value. */
export async function readInflight(baseUrl: string): Promise<ReadonlyMap<string, number>> {
  const { statusCode, body } = await request(`${baseUrl}${PATH}`, { dispatcher: agent });
  const list = (await body.json()) as { items?: { describedObject: { name: string }; value: string }[] };
  if (statusCode !== 200) return new Map();
  return new Map((list.items ?? []).map(({ describedObject, value }) => [describedObject.name, parseQuantity(value)]));
}

function parseQuantity(text: string): number {
  const [, digits = '', suffix = ''] = /^([0-9.]+)([a-z]*)$/.exec(text) ?? [];
  return Number(digits) * (FACTORS[suffix] ?? Number.NaN);
}
