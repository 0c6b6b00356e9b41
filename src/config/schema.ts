// Every setting with its type, default and meaning. Flags, files, help and documentation come from here.
import * as z from 'zod';
import { parseDurationMs } from './duration.ts';
import { parseListen } from './listen.ts';

const duration = z
  .string()
  .meta({ title: 'duration' })
  .transform((text, context) => {
    const ms = parseDurationMs(text);
    if (ms !== undefined && ms > 0) return ms;
    context.addIssue({ code: 'custom', message: 'expected a duration above zero such as 500ms, 5s or 1m30s', input: text });
    return z.NEVER;
  });

const listen = z
  .string()
  .meta({ title: 'host:port' })
  .transform((text, context) => {
    const address = parseListen(text);
    if (address !== undefined) return address;
    context.addIssue({ code: 'custom', message: 'expected host:port such as 127.0.0.1:9443 or [::1]:9443', input: text });
    return z.NEVER;
  });

const port = z.int().min(1).max(65_535);
const count = (defaultCount: number) => z.int().positive().default(defaultCount);
const labels = z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string());

const tlsConfig = z.strictObject({
  ca_file: z.string().optional().describe('PEM file of the authorities to trust instead of the system’s.'),
  cert_file: z.string().optional().describe('PEM file of the client certificate.'),
  key_file: z.string().optional().describe('PEM file of the client key.'),
  server_name: z.string().optional().describe('Name to expect in the server’s certificate.'),
  insecure_skip_verify: z.boolean().default(false).describe('Accept any server certificate.'),
});

const relabelRule = z.strictObject({
  source_labels: z.array(z.string()).default([]).describe('Labels whose values are joined; `__name__` is the name.'),
  separator: z.string().default(';').describe('What joins them.'),
  regex: z.string().default('(.*)').describe('RE2 expression that the joined text must match as a whole.'),
  target_label: z.string().optional().describe('Label that `replace` writes; it needs one.'),
  replacement: z.string().default('$1').describe('What `replace` writes, with groups of the expression.'),
  action: z
    .enum(['replace', 'keep', 'drop'])
    .default('replace')
    .describe('`keep` and `drop` decide about the series, `replace` writes a label.'),
});

const scrapeJob = z.strictObject({
  job_name: z.string().min(1).describe('Label `job` of every series.'),
  source: z
    .enum(['triton', 'dcgm', 'generic'])
    .default('triton')
    .describe('What the targets are; a scrape without one family of it fails.'),
  scheme: z.enum(['http', 'https']).default('http').describe('Protocol of the targets.'),
  metrics_path: z.string().startsWith('/').default('/metrics').describe('Path of the exposition at every target.'),
  scrape_interval: duration.optional().describe('How often its targets are read. Default: scrape.interval.'),
  scrape_timeout: duration.optional().describe('Longest wait for one answer. Default: scrape.timeout, else half the interval.'),
  honor_labels: z
    .boolean()
    .default(false)
    .describe('Keep the exposition’s label on a clash with the target’s, instead of renaming it to `exported_<name>`.'),
  basic_auth: z
    .strictObject({
      username: z.string().describe('Name of the user.'),
      password_file: z.string().describe('File that holds the password, read anew when it changes.'),
    })
    .optional()
    .describe('User name and file of the password.'),
  authorization: z
    .strictObject({
      type: z.string().default('Bearer').describe('First word of the header.'),
      credentials_file: z.string().describe('File that holds the credentials, read anew when it changes.'),
    })
    .optional()
    .describe('Authorization header, its credentials from a file.'),
  tls_config: tlsConfig.optional().describe('Certificates for https.'),
  triton_api: z
    .strictObject({
      enabled: z.boolean().default(true).describe('With false, what `models` does not say of a model stays unknown.'),
      port: port.default(8000).describe('Port of its HTTP API, on the host of the target.'),
      scheme: z.enum(['http', 'https']).optional().describe('Protocol of its HTTP API. Default: the scheme of the job.'),
    })
    .prefault({})
    .describe('Where a Triton is asked which models it has, how many instances run them, and whether it is ready.'),
  metric_relabel_configs: z.array(relabelRule).default([]).describe('Prometheus’s rules (replace, keep, drop) on every new series.'),
  static_configs: z
    .array(
      z.strictObject({
        targets: z.array(z.string()).min(1).describe('Addresses, host:port.'),
        labels: labels
          .default({})
          .describe(
            'Labels of every series of these targets. `namespace` and `pod` name the pod; `deployment`, `statefulset`, `daemonset`, `replicaset`, `service` and `node` what it belongs to; all are pod labels to selectors.',
          ),
        triton_api_port: port.optional().describe('Port of the HTTP API of these targets. Default: triton_api.port of the job.'),
      }),
    )
    .default([])
    .describe('Targets named one by one.'),
});

const authentication = z
  .enum(['none', 'delegated'])
  .default('none')
  .describe('`none` is accepted on a loopback address only; `delegated` is not available in this version.');

export const configSchema = z.strictObject({
  scrape: z
    .strictObject({
      interval: duration.prefault('5s').describe('How often each target is read.'),
      timeout: duration.optional().describe('Longest wait for one answer. Default: half the interval.'),
    })
    .prefault({}),
  scrape_configs: z.array(scrapeJob).prefault([]).describe('Who is scraped, in the words of Prometheus.'),
  models: z
    .record(
      z.string(),
      z.strictObject({
        kind: z
          .enum(['leaf', 'ensemble'])
          .optional()
          .describe('An ensemble’s requests are counted at its children only. Default: what the server says, else leaf.'),
        counts: z
          .enum(['include', 'exclude'])
          .optional()
          .describe(
            'With `exclude` a leaf’s requests enter no signal: for models that call others (BLS), whose requests count there. `include` admits a decoupled model. Default: include, but exclude where the server says decoupled.',
          ),
        instances: z.int().positive().optional().describe('Executions that run at once in one server. Default: what the server says.'),
        max_batch_size: z
          .int()
          .positive()
          .optional()
          .describe('Most rows of one execution; 1 without dynamic batching. Default: what the server says, else 1.'),
      }),
    )
    .default({})
    .describe('What is known of models; it wins over what their server says.'),
  aliases: z
    .array(
      z.strictObject({
        raw: z.string().min(1).describe('Name of the family as the target says it.'),
        canonical: z.string().describe('Canonical series that it feeds (docs/sources.md).'),
        scale: z.number().positive().default(1).describe('Factor from the raw unit to the canonical one: 0.01 for percents.'),
      }),
    )
    .default([])
    .describe('Other names that a re-exporter of DCGM gives its families; they win over the names that Plimsoll knows.'),
  signals: z
    .strictObject({
      window: duration.optional().describe('Range of rates. Default: the larger of 60s and 4 scrape intervals.'),
      coverage: z
        .enum(['estimate', 'strict'])
        .default('estimate')
        .describe('With `strict` one missing pod makes a sum absent; `estimate` fills in from the others, down to half of them.'),
    })
    .prefault({}),
  retention: duration.prefault('5m').describe('How long samples are kept.'),
  limits: z
    .strictObject({
      body_bytes: count(16 * 1024 * 1024).describe('Largest exposition after decompression.'),
      line_bytes: count(16 * 1024).describe('Longest line; a longer one is malformed.'),
      labels_per_line: count(64).describe('Most labels of one line; a line with more is malformed.'),
      series_per_target: count(20_000).describe('Most series one target may say; a target above fails.'),
      series: count(2_000_000).describe('Most series in all; a scrape that would pass it fails.'),
      targets: count(10_000).describe('Most targets.'),
      query_samples: count(50_000_000).describe('Most samples one query may read.'),
      query_timeout: duration.prefault('10s').describe('Longest time for one query.'),
    })
    .prefault({}),
  metrics_api: z
    .strictObject({
      listen: listen.prefault('127.0.0.1:9443').describe('Address of the metrics API (HTTPS).'),
      authentication: authentication,
    })
    .prefault({}),
  telemetry: z
    .strictObject({
      listen: listen.prefault('127.0.0.1:9410').describe('Address of /metrics, /federate and the health checks (HTTP).'),
      authentication: authentication,
    })
    .prefault({}),
  log: z
    .strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severity that is written.') })
    .prefault({}),
});

/** The configuration as the stages see it: durations in milliseconds, addresses parsed. */
export type Config = z.infer<typeof configSchema>;
export type ScrapeJob = z.infer<typeof scrapeJob>;
export type Limits = Config['limits'];
export type ModelSettings = Config['models'];
