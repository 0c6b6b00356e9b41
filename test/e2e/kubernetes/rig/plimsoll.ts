// Plimsoll as its pod would run: with the installed configuration and environment, and the rights of its service account.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { freePorts } from '../../ports.ts';
import { until } from '../../wait.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Daemon } from '../control-plane/daemons.ts';
import { type Installation, NAMESPACE } from './install.ts';

export interface Plimsoll {
  readonly daemon: Daemon;
  readonly metricsApiUrl: string;
  readonly telemetryUrl: string;
  /** When it was started, on the wall clock. */
  readonly startedMs: number;
  /** Status of a health check. */
  health(path: '/livez' | '/readyz'): Promise<number | undefined>;
  /** The text of a health check; empty while it does not listen. */
  healthText(path: string): Promise<string>;
  /** Its own metrics, read with the scraper's rights. */
  metrics(): Promise<string>;
  /** Settles when `/readyz` answers 200; rejects when it ends before. */
  ready(withinMs: number): Promise<void>;
}

export interface PlimsollSpec {
  readonly controlPlane: ControlPlane;
  readonly installation: Installation;
  /** Laid over the shipped configuration, mapping by mapping. */
  readonly settings?: object;
  /**
   * As a pod with an address of its own, on the ports of the manifests and with the certificate that the replicas make. Default: on ports of
   * loopback, with the certificate of the installation.
   */
  readonly pod?: { readonly name: string; readonly ip: string };
}

/** As the manifests have them. */
const METRICS_API_PORT = 10_250;
const TELEMETRY_PORT = 9410;

const MAIN = fileURLToPath(new URL('../../../../src/main.ts', import.meta.url));
const deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({ containers: z.tuple([z.object({ env: z.array(z.object({ name: z.string(), value: z.string() })).default([]) })]) }),
    }),
  }),
});
const configMap = z.object({ data: z.object({ 'plimsoll.yaml': z.string() }) });

/** Settles when the process runs; `ready` waits for more. */
export async function startPlimsoll({ controlPlane, installation, settings = {}, pod }: PlimsollSpec): Promise<Plimsoll> {
  const { api, folder, caPem, daemons } = controlPlane;
  const { token, certFile, keyFile } = installation;
  const name = pod?.name ?? 'plimsoll';
  const kubeconfig = await controlPlane.kubeconfig('plimsoll', { token });
  const [tokenFile, caFile] = [join(folder, 'plimsoll.token'), join(folder, 'plimsoll-ca.pem')];
  await writeFile(tokenFile, token, { mode: 0o600 });
  await writeFile(caFile, caPem);
  const [telemetryPort = 0] = pod === undefined ? await freePorts(1) : [TELEMETRY_PORT];
  const [host, metricsApiPort] = pod === undefined ? ['127.0.0.1', installation.metricsApiPort] : [pod.ip, METRICS_API_PORT];
  // As the flags of components/certificate-files say; in a pod the namespace is in a file that we have not.
  const ofFiles = { tls_cert_file: certFile, tls_key_file: keyFile };
  const certificate = pod === undefined ? ofFiles : { managed_certificate: { namespace: NAMESPACE } };
  const { data } = configMap.parse(await api.get(`/api/v1/namespaces/${NAMESPACE}/configmaps/plimsoll`));
  // What the pod would have mounted.
  const text = data['plimsoll.yaml']
    .replaceAll('/var/run/secrets/kubernetes.io/serviceaccount/token', tokenFile)
    .replaceAll('/var/run/secrets/kubernetes.io/serviceaccount/ca.crt', caFile);
  const here = {
    kubernetes: { kubeconfig_file: kubeconfig },
    metrics_api: { listen: `${host}:${metricsApiPort}`, ...certificate },
    telemetry: { listen: `${host}:${telemetryPort}` },
    // Of a port of loopback no proxy has to hear that it ends.
    ...(pod === undefined ? { shutdown_delay: '0s' } : {}),
  };
  const configFile = join(folder, `${name}.yaml`);
  await writeFile(configFile, stringify(overlaid(overlaid(parse(text), here), settings)));
  const [container] = deployment.parse(await api.get(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments/plimsoll`)).spec.template.spec
    .containers;
  const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
  const startedMs = Date.now();
  const args = [MAIN, 'serve', '--config', configFile];
  const daemon = daemons.start({ name, command: process.execPath, args, env: { ...process.env, ...env } });
  const telemetryUrl = `http://${host}:${telemetryPort}`;
  const health = (path: string): Promise<number | undefined> =>
    fetch(`${telemetryUrl}${path}`).then(
      (response) => response.status,
      () => undefined,
    );
  return {
    daemon,
    metricsApiUrl: `https://${host}:${metricsApiPort}`,
    telemetryUrl,
    startedMs,
    health,
    healthText: (path) =>
      fetch(`${telemetryUrl}${path}`).then(
        (response) => response.text(),
        () => '',
      ),
    metrics: async () => {
      const response = await fetch(`${telemetryUrl}/metrics`, { headers: { authorization: `Bearer ${installation.scraperToken}` } });
      if (!response.ok) throw new Error(`/metrics: ${response.status} ${await response.text()}`);
      return response.text();
    },
    ready: async (withinMs) => {
      await until({
        ask: async () => {
          if (daemon.ended() !== undefined) throw new Error(`plimsoll ended (${daemon.ended()}):\n${await daemon.lastWords()}`);
          return (await health('/readyz')) === 200 || undefined;
        },
        withinMs,
        everyMs: 100,
        failure: () => `plimsoll is not ready after ${withinMs} ms; its log is ${daemon.logFile}`,
      });
    },
  };
}

/** Mappings are merged, everything else is replaced. */
function overlaid(base: unknown, over: unknown): unknown {
  if (!isMapping(base) || !isMapping(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = key in base ? overlaid(base[key], value) : value;
  return merged;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
