// What curl would do with the commands that the demo prints, and what a HorizontalPodAutoscaler reads in the answers.
import { type Dispatcher, request } from 'undici';

export interface Answer {
  readonly code: number;
  readonly body: string;
}

/** GET; `dispatcher` decides which certificates are believed. */
export async function ask(url: string, dispatcher: Dispatcher): Promise<Answer> {
  const { statusCode, body } = await request(url, { dispatcher });
  return { code: statusCode, body: await body.text() };
}

export interface MetricItem {
  readonly describedObject?: { readonly name: string };
  readonly timestamp: string;
  readonly value: string;
}

/** None where the answer is not a list of values. */
export function itemsOf({ code, body }: Answer): readonly MetricItem[] {
  if (code !== 200) return [];
  const list: { items: MetricItem[] } = JSON.parse(body);
  return list.items;
}

const SCALE: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3 };

/** Σ of the items' quantities. */
export function sumOf(items: readonly MetricItem[]): number {
  let sum = 0;
  for (const { value } of items) {
    const [, amount, suffix = ''] = /^(\d+)([a-z]?)$/.exec(value) ?? [];
    sum += Number(amount) * (SCALE[suffix] ?? Number.NaN);
  }
  return sum;
}
