// Who may ask each face, as the configuration has it: whom the cluster lets, who has a password or a certificate, or everybody.
// What judges is loaded where it is configured: certificates alone are megabytes of code.
import type { DelegatedAdmission } from '../auth/admission.ts';
import type { BasicAdmission } from '../auth/basic-admission.ts';
import type { DelegationFiles } from '../auth/follow-files.ts';
import type { FollowedDelegation } from '../auth/kept-delegation.ts';
import { authTelemetry } from '../auth/telemetry.ts';
import type { Config } from '../config/schema.ts';
import type { HealthCheck } from '../exporter/health.ts';
import type { Clock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import { UserError } from '../lib/user-error.ts';
import type { Admit } from '../model/admission.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import type { FaceAdmission } from './faces.ts';
import type { Listener } from './listener/listener.ts';

/** The faces, in the order in which they are opened; a collector has no metrics API. */
type FaceListeners = readonly [metricsApi: Pick<Listener, 'endCertified'> | undefined, telemetry: Pick<Listener, 'endCertified'>];

export interface OpenedAdmission extends FaceAdmission {
  /** Keeps what admission goes by fresh until `signal` is aborted; connections that were judged by something else before are ended. */
  follow(listeners: FaceListeners, signal: AbortSignal): Promise<void>;
}

export interface AdmissionOptions {
  readonly config: Config;
  /** Of the cluster that judges; there is one where a face delegates. */
  readonly client: KubeClient | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** How one thing that judges is kept fresh. */
interface Judge {
  readonly admit: Admit;
  readonly checks: readonly HealthCheck[];
  follow(changed: () => void, signal: AbortSignal): Promise<void>;
}

/** Both faces share one delegation, and what it remembers. Rejects with a UserError for a password that cannot be used. */
export async function openAdmission(options: AdmissionOptions): Promise<OpenedAdmission> {
  const { metrics_api: metricsApi, telemetry, shard } = options.config;
  const isShared = telemetry.authentication === 'delegated';
  // Nobody asks the metrics API of a collector, which has none.
  const isDelegated = metricsApi.authentication === 'delegated' && shard === undefined;
  const delegated = isDelegated || isShared ? await openDelegated(options) : undefined;
  const ofMetricsApi = isDelegated ? delegated : undefined;
  const ofTelemetry = isShared ? delegated : await openOwn(options);
  return {
    metricsApi: ofMetricsApi?.admit,
    telemetry: ofTelemetry?.admit,
    checks: [...new Set([ofMetricsApi, ofTelemetry])].flatMap((judge) => judge?.checks ?? []),
    follow: async (listeners, signal) => {
      const judged = [ofMetricsApi, ofTelemetry];
      const changed = (judge: Judge) => (): void => {
        for (const [index, listener] of listeners.entries()) if (judged[index] === judge) listener?.endCertified();
      };
      await Promise.all([...new Set(judged)].map((judge) => judge?.follow(changed(judge), signal)));
    },
  };
}

async function openDelegated({ config, client, clock, log, meter }: AdmissionOptions): Promise<Judge> {
  // Without it the face would be open to everybody.
  if (client === undefined) throw new Error('BUG: a face delegates, and there is no cluster to ask');
  const { createDelegatedAdmission } = await import('../auth/admission.ts');
  const delegated: DelegatedAdmission = createDelegatedAdmission({ client, clock, log, meter, files: filesOf(config.metrics_api) });
  return { ...delegated, checks: [{ name: 'authentication-settings', check: delegated.state }] };
}

/** Undefined where the cluster is asked whom to trust. */
function filesOf(settings: Config['metrics_api']): DelegationFiles | undefined {
  const { client_ca_file: clients, requestheader_client_ca_file: proxies } = settings;
  if (clients === undefined && proxies === undefined) return undefined;
  return {
    clients: clients === undefined ? undefined : { option: 'metrics_api.client_ca_file', path: clients },
    proxies: proxies === undefined ? undefined : { option: 'metrics_api.requestheader_client_ca_file', path: proxies },
    said: {
      allowedNames: settings.requestheader_allowed_names,
      userHeaders: settings.requestheader_username_headers,
      uidHeaders: settings.requestheader_uid_headers,
      groupHeaders: settings.requestheader_group_headers,
      extraPrefixes: settings.requestheader_extra_headers_prefix,
    },
  };
}

/** What judges at telemetry alone; undefined: everybody is answered. */
async function openOwn(options: AdmissionOptions): Promise<Judge | undefined> {
  const { authentication, basic_auth: basic, client_ca_file: authorities } = options.config.telemetry;
  if (authentication === 'basic' && basic !== undefined) {
    return openBasic(options, { username: basic.username, passwordFile: basic.password_file });
  }
  if (authentication === 'certificate' && authorities !== undefined) return await openCertificate(options, authorities);
  if (authentication === undefined || authentication === 'none') return undefined;
  throw new Error(`BUG: telemetry authenticates by ${authentication}, and what that needs is missing`);
}

async function openBasic(
  { clock, log, meter }: AdmissionOptions,
  user: { readonly username: string; readonly passwordFile: string },
): Promise<Judge> {
  const { createBasicAdmission } = await import('../auth/basic-admission.ts');
  const basic: BasicAdmission = createBasicAdmission({ ...user, clock, log, telemetry: authTelemetry(meter) });
  await basic.read().catch((cause: unknown) => {
    throw new UserError(1, cause instanceof Error ? cause.message : String(cause), { cause });
  });
  return { admit: basic.admit, checks: [], follow: (_changed, signal) => basic.follow(signal) };
}

async function openCertificate({ clock, log, meter }: AdmissionOptions, path: string): Promise<Judge> {
  const { createCertificateAdmission } = await import('../auth/certificate-admission.ts');
  const { followFiles } = await import('../auth/follow-files.ts');
  const telemetry = authTelemetry(meter);
  const delegation: FollowedDelegation = followFiles({
    files: { clients: { option: 'telemetry.client_ca_file', path } },
    clock,
    log,
    readable: (ok) => telemetry.settingsRead('telemetry-client-ca', ok),
  });
  return {
    admit: createCertificateAdmission({ delegation, clock, log, telemetry }),
    checks: [{ name: 'telemetry-authorities', check: delegation.state }],
    follow: delegation.follow,
  };
}
