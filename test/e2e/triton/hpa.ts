// Asks the metrics API as the HPA controller does, and reads the answer as it would.
import { Agent, request } from 'undici';
import * as z from 'zod';
import { parseQuantity } from '../quantity.ts';

export type Answer =
  | { readonly kind: 'value'; readonly value: number; readonly timestampMs: number; readonly windowSeconds: number | undefined }
  | { readonly kind: 'refusal'; readonly code: number; readonly message: string };

export interface Hpa extends AsyncDisposable {
  /** `path` under /apis, which must name one object; rejects when the answer is neither a list of one value nor a Status. */
  ask(path: string): Promise<Answer>;
}

const valueList = z.object({
  items: z.tuple([z.object({ value: z.string(), timestamp: z.iso.datetime(), windowSeconds: z.number().optional() })]),
});
const status = z.object({ kind: z.literal('Status'), code: z.number(), message: z.string() });

export function createHpa(metricsApiUrl: string): Hpa {
  // The certificate is self-signed; an APIService would say insecureSkipTLSVerify.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  return {
    ask: async (path) => {
      const { statusCode, body } = await request(`${metricsApiUrl}/apis/${path}`, { dispatcher });
      const json = await body.json();
      if (statusCode !== 200) {
        const { code, message } = status.parse(json);
        return { kind: 'refusal', code, message };
      }
      const [item] = valueList.parse(json).items;
      return {
        kind: 'value',
        value: parseQuantity(item.value),
        timestampMs: Date.parse(item.timestamp),
        windowSeconds: item.windowSeconds,
      };
    },
    [Symbol.asyncDispose]: () => dispatcher.close(),
  };
}
