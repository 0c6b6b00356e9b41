// Every setting with its type, default and meaning. Flags, files, help and documentation come from here.
import * as z from 'zod';
import { parseDurationMs } from '../lib/duration.ts';
import { parseListen } from './listen.ts';
import { parseShard } from './shard.ts';

const durationFrom = (leastMs: number, expected: string) =>
  z
    .string()
    .meta({ title: 'duration' })
    .transform((text, context) => {
      const ms = parseDurationMs(text);
      if (ms !== undefined && ms >= leastMs) return ms;
      context.addIssue({ code: 'custom', message: `expected a duration${expected} such as 500ms, 5s or 1m30s`, input: text });
      return z.NEVER;
    });
const duration = durationFrom(1, ' above zero');

const listen = z
  .string()
  .meta({ title: 'host:port' })
  .transform((text, context) => {
    const address = parseListen(text);
    if (address !== undefined) return address;
    context.addIssue({ code: 'custom', message: 'expected host:port such as 127.0.0.1:9443 or [::1]:9443', input: text });
    return z.NEVER;
  });

const shard = z
  .string()
  .meta({ title: 'index/count' })
  .transform((text, context) => {
    const parsed = parseShard(text);
    if (parsed.kind === 'shard') return parsed.shard;
    context.addIssue({ code: 'custom', message: parsed.message, input: text });
    return z.NEVER;
  });

const port = z.int().min(1).max(65_535);
const count = (defaultCount: number) => z.int().positive().default(defaultCount);
/** Of an object of the cluster: it goes into paths as it is. */
const name = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'expected the name of an object: lower case letters, digits, - and . in between');
const labels = z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string());

const tlsConfig = z.strictObject({
  ca_file: z.string().optional().describe('PEM file of the authorities to trust instead of the system’s.'),
  cert_file: z.string().optional().describe('PEM file of the client certificate.'),
  key_file: z.string().optional().describe('PEM file of the client key.'),
  server_name: z.string().optional().describe('Name to expect in the server’s certificate.'),
  insecure_skip_verify: z.boolean().default(false).describe('Accept any server certificate.'),
});

const basicAuth = z.strictObject({
  username: z.string().describe('Name of the user.'),
  password_file: z.string().describe('File that holds the password, read anew when it changes.'),
});
const authorization = z.strictObject({
  type: z.string().default('Bearer').describe('First word of the header.'),
  credentials_file: z.string().describe('File that holds the credentials, read anew when it changes.'),
});

const relabelRule = z.strictObject({
  source_labels: z.array(z.string()).default([]).describe('Labels whose values are joined; `__name__` is the name.'),
  separator: z.string().default(';').describe('What joins them.'),
  regex: z.string().default('(.*)').describe('RE2 expression that the joined text, or a label’s name, must match as a whole.'),
  modulus: z.int().positive().optional().describe('What `hashmod` divides by; it needs one.'),
  target_label: z
    .string()
    .optional()
    .describe(
      'Label that is written, or compared by `keepequal` and `dropequal`; all actions but `keep`, `drop` and those on names need one.',
    ),
  replacement: z.string().default('$1').describe('What `replace` and `labelmap` write, with groups of the expression.'),
  action: z
    .enum(['replace', 'keep', 'drop', 'keepequal', 'dropequal', 'hashmod', 'labelmap', 'labeldrop', 'labelkeep', 'lowercase', 'uppercase'])
    .default('replace')
    .describe('What happens, as in Prometheus.'),
});

const discoveryRole = z.strictObject({
  role: z.enum(['pod', 'node']).describe('What the targets are: ports of pods, or kubelets.'),
  namespaces: z
    .strictObject({ names: z.array(z.string()).default([]).describe('Namespaces of the pods. Default: all that are watched.') })
    .prefault({}),
  selectors: z
    .array(
      z.strictObject({
        role: z.enum(['pod', 'node']).describe('What the selector is about.'),
        label: z.string().describe('Label selector, as in `kubectl -l`.'),
      }),
    )
    .default([])
    .describe('Of several, one must select. Default: all, and for `source: dcgm` the usual labels of its exporters.'),
  ports: z
    .array(z.union([port, z.string().min(1)]))
    .optional()
    .describe(
      'Container ports by number or name. A pod is a target when it declares one, or declares none of them and `selectors` chose it (not on its node’s network). Default: 8002 for triton, 9400 for dcgm, 10250 for kubelets, 50051 for riva.',
    ),
  annotations: z
    .boolean()
    .default(false)
    .describe(
      'Whether `prometheus.io/scrape`, `port`, `path` and `scheme` of a pod are followed: `false` leaves it out, `true` makes it a target.',
    ),
});

const tegrastats = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Program and arguments, run without a shell and started again when it ends. Default: tegrastats --interval, and the interval.',
    ),
  file: z.string().min(1).optional().describe('Log that somebody else appends to; rotation and truncation are followed.'),
  stdin: z.boolean().default(false).describe('Whether standard input brings them; one job at most.'),
  interval: duration.prefault('1s').describe('How often a line comes. One that is older than three of these (3s at least) is no reading.'),
});

const proc = z.strictObject({
  path: z.string().min(1).default('/proc').describe('Where the proc file system is; in a container it is a mount of the host’s.'),
  cgroup_path: z.string().min(1).default('/sys/fs/cgroup').describe('Where the control group is whose limits hold for Plimsoll.'),
});

const writtenJob = z.strictObject({
  job_name: z.string().min(1).describe('Label `job` of every series.'),
  source: z
    .enum(['triton', 'dcgm', 'kubelet', 'llm', 'riva', 'generic', 'tegrastats', 'proc'])
    .default('triton')
    .describe(
      'What the targets are; a scrape without one family of it fails. `riva` is a gRPC endpoint, probed as a new client would meet it. `tegrastats` and `proc` are no servers: the one target of such a job is a machine, by default `localhost`.',
    ),
  scheme: z
    .enum(['http', 'https'])
    .optional()
    .describe('Protocol of the targets; for riva https is gRPC over TLS, http in plaintext. Default: http, and https for kubelets.'),
  metrics_path: z
    .string()
    .startsWith('/')
    .optional()
    .describe(
      'Path of the exposition at every target. Default: /metrics, and /metrics/resource for kubelets. A riva target has none: what is called is the health service.',
    ),
  scrape_interval: duration.optional().describe('How often its targets are read. Default: scrape.interval, and 15s at least for kubelets.'),
  scrape_timeout: duration.optional().describe('Longest wait for one answer. Default: scrape.timeout, else half the interval.'),
  honor_labels: z
    .boolean()
    .default(false)
    .describe('Keep the exposition’s label on a clash with the target’s, instead of renaming it to `exported_<name>`.'),
  basic_auth: basicAuth.optional().describe('User name and file of the password.'),
  authorization: authorization.optional().describe('Authorization header, its credentials from a file.'),
  tls_config: tlsConfig.optional().describe('Certificates for https.'),
  triton_api: z
    .strictObject({
      enabled: z.boolean().default(true).describe('With false, what `models` does not say of a model stays unknown.'),
      port: port.default(8000).describe('Port of its HTTP API, on the host of the target.'),
      scheme: z.enum(['http', 'https']).optional().describe('Protocol of its HTTP API. Default: the scheme of the job.'),
    })
    .prefault({})
    .describe('Where a Triton is asked which models it has, how many instances run them, and whether it is ready.'),
  tegrastats: tegrastats.prefault({}).describe('Where the lines of `source: tegrastats` come from; one of these.'),
  proc: proc.prefault({}).describe('Where `source: proc` finds what the kernel says.'),
  riva: z
    .strictObject({
      services: z
        .array(z.string().max(200))
        .min(1)
        .max(20)
        .default([''])
        .describe('Names that the health service of a riva target is asked about, each probe; an empty one is the server as a whole.'),
    })
    .prefault({})
    .describe('How a gRPC endpoint is probed.'),
  kubernetes_sd_configs: z
    .array(discoveryRole)
    .default([])
    .describe(
      'Targets found in the cluster; they need `kubernetes.enabled`. Rules see Prometheus’s labels `__meta_kubernetes_*` of pods and nodes, but for addresses of hosts, images and ids of containers; of annotations those that begin with `prometheus.io/`.',
    ),
  relabel_configs: z
    .array(relabelRule)
    .default([])
    .describe(
      'Prometheus’s rules on every target, its `__address__`, `__scheme__`, `__metrics_path__`, `__scrape_interval__` and `__scrape_timeout__` included.',
    ),
  metric_relabel_configs: z.array(relabelRule).default([]).describe('Prometheus’s rules on every new series.'),
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

/** Where a kubelet says what its pods use; its certificate and its rights ask for https. */
const KUBELET = { scheme: 'https', metrics_path: '/metrics/resource' } as const;
/** The call that every probe makes; no path is asked for. */
const RIVA = { scheme: 'http', metrics_path: '/grpc.health.v1.Health/Check' } as const;
const EXPORTER = { scheme: 'http', metrics_path: '/metrics' } as const;

/** Sources whose job is about one machine, which is read without asking anybody. */
export const LOCAL_SOURCES = ['tegrastats', 'proc'] as const;
const THIS_MACHINE: z.infer<typeof writtenJob>['static_configs'] = [{ targets: ['localhost'], labels: {} }];

const scrapeJob = writtenJob.transform(({ scheme, metrics_path: path, ...job }) => {
  const usual = job.source === 'kubelet' ? KUBELET : job.source === 'riva' ? RIVA : EXPORTER;
  const isNamed = job.static_configs.length > 0 || !(LOCAL_SOURCES as readonly string[]).includes(job.source);
  const static_configs = isNamed ? job.static_configs : THIS_MACHINE;
  return { ...job, static_configs, scheme: scheme ?? usual.scheme, metrics_path: path ?? usual.metrics_path };
});

const certificateFile = (whose: string) =>
  z
    .string()
    .optional()
    .describe(`PEM file of the serving certificate, then of those that lead to its authority; followed for changes. Default: ${whose}.`);

/** Names and values of HTTP (RFC 9110 section 5.5), without what would end a line. */
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'expected the name of a header');
const headerValue = z.string().regex(/^[\x20-\x7e]+$/, 'expected plain characters in one line');

const remoteEngine = z.strictObject({
  url: z
    .string()
    .describe(
      'Base of its API, before `/api/v1`: http://prometheus:9090, or with a path as Mimir (`/prometheus`) and VictoriaMetrics have one.',
    ),
  authorization: authorization.optional().describe('Authorization header, its credentials from a file.'),
  basic_auth: basicAuth.optional().describe('User name and file of the password.'),
  tls_config: tlsConfig.optional().describe('Certificates for https.'),
  headers: z
    .record(headerName, headerValue)
    .default({})
    .describe('Headers of each question, such as `X-Scope-OrgID` for the tenant; secrets come from `header_files`.'),
  header_files: z.record(headerName, z.string()).default({}).describe('Headers whose values are in files, read anew when they change.'),
  parameters: z
    .record(z.string().min(1), z.string())
    .default({})
    .describe('Parameters of each question that this engine alone knows: `latency_offset: 1ms` for VictoriaMetrics.'),
  timeout: duration.prefault('5s').describe('Longest wait for one answer, a second try included.'),
  max_concurrent: count(8).describe('Most questions asked at a time; others wait for their turn.'),
  max_waiting: count(1000).describe('Most questions that wait for their turn; more are refused.'),
  response_bytes: count(8 * 1024 * 1024).describe('Largest answer.'),
  pods_per_query: count(200).describe('Most pods that one question names; more are asked in several.'),
  bucket: duration
    .optional()
    .describe('Questions within one such piece of time are asked once, as of its start. Default: a quarter of scrape.interval.'),
});

export const configSchema = z.strictObject({
  scrape: z
    .strictObject({
      interval: duration.prefault('5s').describe('How often each target is read.'),
      timeout: duration.optional().describe('Longest wait for one answer. Default: half the interval.'),
    })
    .prefault({}),
  scrape_configs: z.array(scrapeJob).prefault([]).describe('Who is scraped, in the words of Prometheus.'),
  shard: shard
    .optional()
    .describe(
      'Which part of the targets this process reads, such as `2/3`: it is then a collector, which serves telemetry and no metrics API (docs/operations.md). Those of one node stay together. Default: all of them.',
    ),
  kubernetes: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe(
          'Whether pods, their workloads and targets are found in a cluster. What labels of static targets say of pods then counts for nothing: pods are those of the cluster.',
        ),
      kubeconfig_file: z.string().optional().describe('How to reach the cluster. Default: in-cluster, KUBECONFIG or ~/.kube/config.'),
      namespaces: z
        .array(z.string())
        .default([])
        .describe('Namespaces to watch, with rights in those only. Default: all, with rights in the whole cluster.'),
      owners: z
        .array(
          z.strictObject({
            group: z.string().describe('API group: leaderworkerset.x-k8s.io.'),
            version: z.string().describe('Version of the group: v1.'),
            resource: z.string().describe('Plural, lower case: leaderworkersets.'),
            kind: z.string().describe('As owner references name it: LeaderWorkerSet.'),
          }),
        )
        .default([])
        .describe('Custom resources that own pods, themselves or through workloads: metrics can be asked about them.'),
      events: z
        .boolean()
        .default(false)
        .describe(
          'Whether HorizontalPodAutoscalers are watched, and told by Events of a metric that they follow and that has no value for more than a minute. Needs the rights of `k8s/components/events`.',
        ),
    })
    .prefault({}),
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
    .describe(
      'Other names that a re-exporter of DCGM, or a new version of a server of language models, gives its families; they win over the names that Plimsoll knows.',
    ),
  engine: z
    .strictObject({
      remote: remoteEngine
        .optional()
        .describe('A Prometheus-compatible API that is asked instead of the samples scraped here; it scrapes `/federate` of collectors.'),
    })
    .prefault({})
    .describe('Who computes signals. Default: Plimsoll itself, from what it scraped.'),
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
      query_points: count(2_000_000).describe('Most points of one answer of `/api/v1`, of all its series together.'),
      query_bytes: count(1024 * 1024).describe('Largest form that is posted to `/api/v1`.'),
      connections: count(500).describe('Most connections to each address; a new one then takes the place of one that is idle.'),
    })
    .prefault({}),
  metrics_api: z
    .strictObject({
      listen: listen.prefault('127.0.0.1:9443').describe('Address of the metrics API (HTTPS).'),
      authentication: z
        .enum(['none', 'delegated'])
        .default('none')
        .describe(
          '`delegated`: by the cluster, who asks is authenticated and authorised; health stays open. `none`: on a loopback address only.',
        ),
      tls_cert_file: certificateFile('one made at each start'),
      tls_key_file: z.string().optional().describe('PEM file of its key, without a pass phrase. Default: made with the certificate.'),
      managed_certificate: z
        .strictObject({
          secret: name
            .default('plimsoll-managed-certificate')
            .describe('Name of the Secret that holds it, and of the Lease of who renews it.'),
          namespace: name.optional().describe('Namespace of these and of the Service. Default: that of the pod.'),
          service: name.default('plimsoll').describe('Name of the Service that the certificate is for.'),
          api_services: z
            .array(name)
            .default(['v1beta1.custom.metrics.k8s.io', 'v1beta2.custom.metrics.k8s.io', 'v1beta1.external.metrics.k8s.io'])
            .describe('APIServices whose `caBundle` is kept right; those that do not exist or lead to another Service are left alone.'),
        })
        .optional()
        .describe(
          'With a mapping, which may be empty: certificate and authority are made by Plimsoll, renewed in time and shared by its replicas. Given files win over it.',
        ),
      client_ca_file: z
        .string()
        .optional()
        .describe(
          'PEM file of the authorities whose certificates name a user by themselves, followed for changes. With this or the next one the ConfigMap `extension-apiserver-authentication` is not read, for telemetry neither. Default: what the cluster publishes.',
        ),
      requestheader_client_ca_file: z
        .string()
        .optional()
        .describe(
          'PEM file of the authorities of the front proxy, kube-apiserver, which names users in headers; followed for changes. None may be in `client_ca_file` too. Default: what the cluster publishes.',
        ),
      requestheader_allowed_names: z
        .array(z.string().min(1))
        .default([])
        .describe('Common names that the certificate of the front proxy may have; none means any. Needs its file, as the next ones do.'),
      requestheader_username_headers: z
        .array(z.string().min(1))
        .default(['X-Remote-User'])
        .describe('Headers that name the user; the first that is there counts.'),
      requestheader_uid_headers: z.array(z.string().min(1)).default([]).describe('Headers that say the user’s uid.'),
      requestheader_group_headers: z.array(z.string().min(1)).default(['X-Remote-Group']).describe('Headers that name groups.'),
      requestheader_extra_headers_prefix: z
        .array(z.string().min(1))
        .default(['X-Remote-Extra-'])
        .describe('How headers begin that say more of the user.'),
    })
    .prefault({}),
  telemetry: z
    .strictObject({
      listen: listen
        .prefault('127.0.0.1:9410')
        .describe('Address of /metrics, /federate and the health checks (HTTP, or HTTPS with `tls_cert_file`).'),
      authentication: z
        .enum(['none', 'delegated', 'basic', 'certificate'])
        .optional()
        .describe(
          'Who is answered; health stays open. `delegated`: whom the cluster lets, by bearer token, and with TLS by certificate as at the metrics API; without TLS tokens are shown to whoever listens in. `basic`: by `basic_auth`. `certificate`: by a client certificate of `client_ca_file`. `none`: everybody. On another than a loopback address it has to be said. Default: none on a loopback address.',
        ),
      basic_auth: z
        .strictObject({
          username: z
            .string()
            .regex(/^[^:\p{Cc}]+$/u, 'expected a name without a colon')
            .describe('Name of the one user, without a colon.'),
          password_file: z.string().describe('File that holds the password, followed for changes.'),
        })
        .optional()
        .describe('With `authentication: basic`: who may ask.'),
      client_ca_file: z
        .string()
        .optional()
        .describe('With `authentication: certificate`: PEM file of the authorities of those who may ask, followed for changes.'),
      tls_cert_file: certificateFile('plain HTTP'),
      tls_key_file: z.string().optional().describe('PEM file of its key, without a pass phrase. Default: plain HTTP.'),
    })
    .prefault({}),
  shutdown_delay: durationFrom(0, '')
    .prefault('0s')
    .describe('How long questions are still answered after a stop was asked, while /readyz says no: until the cluster’s proxies know.'),
  enable_features: z
    .array(z.enum(['promql-experimental-functions', 'promql-delayed-name-removal']))
    .default([])
    .describe('What of PromQL Prometheus has behind `--enable-feature`, by the same names.'),
  recorder: z
    .strictObject({
      memory_bytes: z
        .int()
        .min(0)
        .default(32 * 1024 * 1024)
        .describe(
          'Memory for the answers of the metrics API, the oldest of which goes when it is used up; `/api/plimsoll/answers` shows them. 0: none is kept.',
        ),
    })
    .prefault({}),
  prometheus_adapter_config: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with `rules` and `externalRules` of prometheus-adapter, followed for changes; their metrics are served beside the signals, whose names win. `plimsoll check FILE` says what comes of it.',
    ),
  log: z
    .strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severity that is written.') })
    .prefault({}),
});

/** The configuration as the stages see it: durations in milliseconds, addresses parsed. */
export type Config = z.infer<typeof configSchema>;
export type ScrapeJob = z.infer<typeof scrapeJob>;
export type RelabelRule = z.infer<typeof relabelRule>;
export type DiscoveryRole = z.infer<typeof discoveryRole>;
export type Limits = Config['limits'];
export type RemoteEngineSettings = z.infer<typeof remoteEngine>;
export type ModelSettings = Config['models'];
