// What the world sees of a wired Plimsoll: the metrics API and telemetry, as express applications.
import { hostname } from 'node:os';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import { redact } from '../config/redact.ts';
import { answersRoute } from '../explain/answers.ts';
import { createPlimsollApi } from '../explain/app.ts';
import { createTelemetryApp } from '../exporter/app.ts';
import { type HealthCheck, healthAt } from '../exporter/health.ts';
import type { Clock } from '../lib/clock.ts';
import { createMetricsApi } from '../metrics-api/app.ts';
import type { Admit } from '../model/admission.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import { createPrometheusApi } from '../prometheus-api/app.ts';
import { healthChecks } from './health.ts';
import { plimsollRoutes } from './plimsoll-routes.ts';
import type { Recording } from './recording.ts';
import type { Plimsoll } from './wire.ts';

export interface FacesOptions {
  readonly plimsoll: Plimsoll;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly registry: Registry;
  /** Plimsoll's own. */
  readonly version: string;
  /** What the process wrote last, line by line. */
  readonly lastLog: () => readonly string[];
  readonly recording: Recording;
  /** Who may ask, where a face does not let everybody. */
  readonly admission?: FaceAdmission | undefined;
  /** Where the certificate may be late. */
  readonly serving?: { readonly check?: HealthCheck } | undefined;
  /** Where signals come from a remote engine. */
  readonly remote?: { readonly check: HealthCheck } | undefined;
  /** True from the moment a stop was asked for. */
  readonly isStopping: () => boolean;
}

export interface FaceAdmission {
  readonly metricsApi?: Admit | undefined;
  readonly telemetry?: Admit | undefined;
  /** Whether what it goes by is known. */
  readonly checks: readonly HealthCheck[];
}

export interface Faces {
  readonly metricsApi: Express;
  readonly telemetry: Express;
}

export function createFaces(options: FacesOptions): Faces {
  const { plimsoll, clock, log, meter, registry, version, lastLog, recording, admission, serving, remote, isStopping } = options;
  const { signals, inventory, engine, scraper, config } = plimsoll;
  const { live, ready } = healthChecks({ plimsoll, clock, isStopping });
  const more = [...(admission?.checks ?? []), ...[serving?.check, remote?.check].filter((check) => check !== undefined)];
  const checks = { live, ready: [...ready, ...more] };
  const health = (target: string) => healthAt(target, checks);
  return {
    metricsApi: createMetricsApi({
      signals,
      rules: config().prometheus_adapter_config === undefined ? undefined : plimsoll.rules,
      inventory,
      owners: config().kubernetes.owners,
      clock,
      meter,
      log,
      version,
      recorder: recording.recorder,
      admit: admission?.metricsApi,
      health,
    }),
    telemetry: createTelemetryApp({
      signals,
      inventory,
      newest: plimsoll.newest,
      book: scraper.book,
      limits: () => config().limits,
      clock,
      log,
      meter,
      registry,
      admit: admission?.telemetry,
      plimsollApi: createPlimsollApi(
        plimsollRoutes({
          plimsoll,
          clock,
          registry,
          version,
          lastLog,
          ...checks,
          others: [answersRoute({ recorder: recording.flight, clock })],
        }),
      ),
      prometheusApi: createPrometheusApi({
        engine,
        engineLookingBack: plimsoll.engineLookingBack,
        book: scraper.book,
        metadata: plimsoll.metadata,
        config,
        limits: () => config().limits,
        version,
        hostname: hostname(),
        clock,
        log,
        meter,
        redact,
      }),
      ...checks,
    }),
  };
}
