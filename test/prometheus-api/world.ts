// An API over an engine that a test makes up, asked over a real socket.
import express from 'express';
import { expect } from 'vitest';
import { settingsOf } from '../../src/app/settings.ts';
import { redact } from '../../src/config/redact.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { type Labels, labelsOf } from '../../src/model/labels.ts';
import { silentLog } from '../../src/model/log.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { type QueryEngine, QueryError } from '../../src/model/query-engine.ts';
import { createPrometheusApi, type PrometheusApiServices } from '../../src/prometheus-api/app.ts';
import { bookOf } from '../exporter/world.ts';
import { type Call, call, serve } from '../metrics-api/http.ts';

export const NOW_MS = 1_787_392_800_000;

export function engineOf(given: Partial<QueryEngine>): QueryEngine {
  const refuse = async (): Promise<never> => {
    throw new QueryError('unsupported', 'nobody asks this');
  };
  return { instant: refuse, range: refuse, series: refuse, labelValues: refuse, ...given };
}

function servicesWith(given: Partial<PrometheusApiServices> = {}): PrometheusApiServices {
  const engine = given.engine ?? engineOf({});
  const { config } = settingsOf('the test', []);
  return {
    engine,
    engineLookingBack: () => engine,
    book: bookOf([]),
    metadata: { families: () => [] },
    config: () => config,
    limits: () => config.limits,
    version: '1.2.3',
    hostname: 'host',
    clock: new VirtualClock(NOW_MS),
    log: silentLog,
    meter: nullMeter,
    redact,
    ...given,
  };
}

/** The port of an application that has the API where it belongs. */
export function serveApi(given: Partial<PrometheusApiServices> = {}): Promise<number> {
  return serve(express().use('/api/v1', createPrometheusApi(servicesWith(given))));
}

export interface Asked extends Partial<Call> {
  /** Posted as a form where it is given. */
  readonly form?: string;
}

export interface Told {
  readonly code: number | undefined;
  readonly json: unknown;
}

/** What the API says to `/query?…`. */
export async function ask(port: number, path: string, { form, ...rest }: Asked = {}): Promise<Told> {
  const posted = form === undefined ? {} : { method: 'POST', headers: FORM, body: form };
  const { code, headers, body } = await call(port, { path: `/api/v1${path}`, ...posted, ...rest });
  if (code === 204) return { code, json: body };
  expect(headers['content-type']).toBe('application/json');
  return { code, json: JSON.parse(body) };
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export function success(data: unknown, rest: object = {}): Told {
  return { code: 200, json: { status: 'success', data, ...rest } };
}

export function failure(code: number, errorType: string, error: string): Told {
  return { code, json: { status: 'error', errorType, error } };
}

export function series(name: string, labels: Readonly<Record<string, string>> = {}): Labels {
  return labelsOf({ ...labels, __name__: name });
}
