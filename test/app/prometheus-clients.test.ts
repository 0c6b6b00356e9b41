// What clients of Prometheus send, in the forms in which they send it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { call, serve } from '../metrics-api/http.ts';
import { facesOf, scraped } from './support/scraped.ts';

interface Exchange {
  readonly asks: string;
  readonly method: string;
  readonly path: string;
  /** Of a POST. */
  readonly form?: string;
  /** Default: 200. */
  readonly code?: number;
  /** Part of the answer, or all of it where it is text. */
  readonly data?: object | string;
}

function exchanges(file: string): readonly Exchange[] {
  return JSON.parse(readFileSync(new URL(`../../fixtures/clients/${file}`, import.meta.url), 'utf8'));
}

describe.each(['grafana.json', 'keda-prometheus-scaler.json'])('%s', async (file) => {
  const { telemetry } = facesOf(await scraped(['a', 'b']));

  it.each(exchanges(file))('$asks', async ({ method, path, form, code = 200, data }) => {
    const headers = form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded', 'Accept-Encoding': 'identity' };
    const answer = await call(await serve(telemetry), { method, path, headers, ...(form !== undefined && { body: form }) });
    expect(answer.code).toBe(code);
    const told = JSON.parse(answer.body);
    expect(told.status).toBe(code === 200 ? 'success' : 'error');
    if (typeof data === 'string') expect(told.data).toBe(data);
    else if (Array.isArray(data))
      expect(told.data).toEqual(
        expect.arrayContaining(data.map((item) => (typeof item === 'string' ? item : expect.objectContaining(item)))),
      );
    else if (data !== undefined) expect(told.data).toMatchObject(data);
  });
});
