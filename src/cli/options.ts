// The settings that have a flag. Each row is a path of the configuration file; a flag wins over the file.
import type { Override } from '../config/parse.ts';
import { type FlagSpec, parseWords, type Words } from './words.ts';

export interface SettingFlag {
  readonly flag: string;
  /** Placeholder of the value in the help. */
  readonly value: string;
  /** Path of the setting in the configuration file. */
  readonly path: readonly string[];
  readonly help: string;
  /** The schema's default, or a sentence about it; empty where there is none. A test compares the two. */
  readonly default: string;
}

export const SETTING_FLAGS: readonly SettingFlag[] = [
  { flag: 'scrape-interval', value: 'DURATION', path: ['scrape', 'interval'], help: 'how often each target is read', default: '5s' },
  {
    flag: 'scrape-timeout',
    value: 'DURATION',
    path: ['scrape', 'timeout'],
    help: 'longest wait for one answer',
    default: 'half the interval',
  },
  { flag: 'shard', value: 'INDEX/COUNT', path: ['shard'], help: 'be a collector of that part of the targets', default: 'all of them' },
  { flag: 'retention', value: 'DURATION', path: ['retention'], help: 'how long samples are kept', default: '5m' },
  {
    flag: 'metrics-api-listen',
    value: 'HOST:PORT',
    path: ['metrics_api', 'listen'],
    help: 'address of the metrics API (HTTPS)',
    default: '127.0.0.1:9443',
  },
  {
    flag: 'metrics-api-authentication',
    value: 'MODE',
    path: ['metrics_api', 'authentication'],
    help: 'none (loopback addresses only), or delegated to the cluster',
    default: 'none',
  },
  {
    flag: 'tls-cert-file',
    value: 'FILE',
    path: ['metrics_api', 'tls_cert_file'],
    help: 'PEM file of its certificate, followed',
    default: 'one made at each start',
  },
  {
    flag: 'tls-key-file',
    value: 'FILE',
    path: ['metrics_api', 'tls_key_file'],
    help: 'PEM file of the key of that certificate',
    default: 'made with the certificate',
  },
  {
    flag: 'client-ca-file',
    value: 'FILE',
    path: ['metrics_api', 'client_ca_file'],
    help: 'PEM file of authorities of clients, followed',
    default: 'what the cluster publishes',
  },
  {
    flag: 'requestheader-client-ca-file',
    value: 'FILE',
    path: ['metrics_api', 'requestheader_client_ca_file'],
    help: 'PEM file of those of the front proxy',
    default: 'what the cluster publishes',
  },
  {
    flag: 'telemetry-listen',
    value: 'HOST:PORT',
    path: ['telemetry', 'listen'],
    help: 'address of /metrics, /federate and health',
    default: '127.0.0.1:9410',
  },
  {
    flag: 'telemetry-authentication',
    value: 'MODE',
    path: ['telemetry', 'authentication'],
    help: 'none, delegated, basic or certificate',
    default: 'none on a loopback address',
  },
  {
    flag: 'telemetry-basic-auth-username',
    value: 'NAME',
    path: ['telemetry', 'basic_auth', 'username'],
    help: 'with basic: who may ask',
    default: '',
  },
  {
    flag: 'telemetry-basic-auth-password-file',
    value: 'FILE',
    path: ['telemetry', 'basic_auth', 'password_file'],
    help: 'with basic: file of the password, followed',
    default: '',
  },
  {
    flag: 'telemetry-client-ca-file',
    value: 'FILE',
    path: ['telemetry', 'client_ca_file'],
    help: 'with certificate: PEM file of authorities, followed',
    default: '',
  },
  {
    flag: 'telemetry-tls-cert-file',
    value: 'FILE',
    path: ['telemetry', 'tls_cert_file'],
    help: 'PEM file of its certificate, followed',
    default: 'plain HTTP',
  },
  {
    flag: 'telemetry-tls-key-file',
    value: 'FILE',
    path: ['telemetry', 'tls_key_file'],
    help: 'PEM file of the key of that certificate',
    default: 'plain HTTP',
  },
  {
    flag: 'kubernetes-kubeconfig-file',
    value: 'FILE',
    path: ['kubernetes', 'kubeconfig_file'],
    help: 'how to reach the cluster',
    default: 'in-cluster, KUBECONFIG or ~/.kube/config',
  },
  {
    flag: 'prometheus-adapter-config',
    value: 'FILE',
    path: ['prometheus_adapter_config'],
    help: 'rules of prometheus-adapter, followed; see plimsoll check',
    default: '',
  },
  {
    flag: 'shutdown-delay',
    value: 'DURATION',
    path: ['shutdown_delay'],
    help: 'how long it still answers when it is told to stop',
    default: '0s',
  },
  { flag: 'log-level', value: 'LEVEL', path: ['log', 'level'], help: 'debug, info, warn or error', default: 'info' },
];

export interface ParsedFlags {
  readonly positionals: readonly string[];
  readonly overrides: readonly Override[];
  /** Values of the command's own flags. */
  readonly values: Words['values'];
}

/** Reads the settings' flags and the command's own; throws a UserError (exit code 2) for a flag that neither knows. */
export function parseFlags(command: string, args: readonly string[], own: readonly FlagSpec[]): ParsedFlags {
  const settings = SETTING_FLAGS.map(({ flag }): FlagSpec => ({ flag, type: 'string' }));
  const { positionals, values } = parseWords(command, args, [...settings, ...own]);
  const overrides: Override[] = [];
  for (const { flag, path } of SETTING_FLAGS) {
    const value = values[flag];
    if (value !== undefined) overrides.push({ path, value, givenBy: `--${flag}` });
  }
  return { positionals, overrides, values };
}

/** The help lines of the settings' flags; `presets` are the defaults of a command that has its own, by flag. */
export function settingsHelp(presets: Readonly<Record<string, string>> = {}): string {
  return SETTING_FLAGS.map(({ flag, value, help, default: preset }) => {
    const said = presets[flag] ?? preset;
    return `  ${inColumn(`--${flag} ${value}`)}${help}${said === '' ? '' : ` (default: ${said})`}\n`;
  }).join('');
}

const COLUMN = 36;

/** What is too long for the column has a line of its own. */
function inColumn(text: string): string {
  return text.length < COLUMN ? text.padEnd(COLUMN) : `${text}\n${' '.repeat(COLUMN + 2)}`;
}
