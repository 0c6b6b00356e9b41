// What the programs are told: certificates, kubeconfigs, and whom Prometheus and Plimsoll scrape.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import type { ControlPlane } from '../../kubernetes/control-plane/control-plane.ts';

/** Samples are 10 s apart; whoever looks this often has each soon. */
const SCRAPE_INTERVAL = '500ms';
/** A label of every series, so both sides have to call it the same. */
const JOB = 'samples';

/** Paths. */
export interface Files {
  readonly prometheus: string;
  readonly plimsoll: string;
  readonly kubeconfig: string;
  readonly certificate: string;
  readonly key: string;
}

/** Writes them into the folder of the control plane. */
export async function writeFiles({ folder, authority, admin, kubeconfig }: ControlPlane, samplesPort: number): Promise<Files> {
  const { certPem, keyPem } = await authority.issue({ commonName: 'adapter', hosts: ['127.0.0.1'] });
  const files = {
    prometheus: join(folder, 'prometheus.yaml'),
    plimsoll: join(folder, 'plimsoll.yaml'),
    certificate: join(folder, 'serving.crt'),
    key: join(folder, 'serving.key'),
    kubeconfig: await kubeconfig('adapter', admin),
  };
  const job = { job_name: JOB, honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${samplesPort}`] }] };
  await writeFile(files.certificate, certPem);
  await writeFile(files.key, keyPem, { mode: 0o600 });
  await writeFile(
    files.prometheus,
    stringify({ global: { scrape_interval: SCRAPE_INTERVAL, scrape_timeout: SCRAPE_INTERVAL }, scrape_configs: [job] }),
  );
  await writeFile(
    files.plimsoll,
    stringify({
      scrape: { interval: SCRAPE_INTERVAL },
      scrape_configs: [{ ...job, source: 'generic' }],
      kubernetes: { enabled: true, kubeconfig_file: files.kubeconfig },
      metrics_api: { tls_cert_file: files.certificate, tls_key_file: files.key },
    }),
  );
  return files;
}

export interface AdapterFlags extends Pick<Files, 'kubeconfig' | 'certificate' | 'key'> {
  readonly port: number;
  readonly prometheusUrl: string;
  readonly configFile: string;
}

export function adapterFlags({ port, prometheusUrl, configFile, kubeconfig, certificate, key }: AdapterFlags): readonly string[] {
  return [
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${certificate}`,
    `--tls-private-key-file=${key}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--lister-kubeconfig=${kubeconfig}`,
    `--prometheus-url=${prometheusUrl}`,
    `--config=${configFile}`,
    '--metrics-relist-interval=1m',
    // Of the default of five requests a second it would spend the test waiting.
    '--client-qps=10000',
    '--client-burst=10000',
  ];
}

const rules = z.object({ rules: z.array(z.unknown()).default([]), externalRules: z.array(z.unknown()).default([]) });

/** The discovery documents that the adapter has with this configuration: it serves no API without a rule. */
export async function documentsOf(configFile: string): Promise<readonly string[]> {
  const config = rules.parse(parse(await readFile(configFile, 'utf8')));
  return [
    ...(config.rules.length > 0 ? ['/apis/custom.metrics.k8s.io/v1beta1', '/apis/custom.metrics.k8s.io/v1beta2'] : []),
    ...(config.externalRules.length > 0 ? ['/apis/external.metrics.k8s.io/v1beta1'] : []),
  ];
}
