// Credentials as Prometheus's configuration writes them, for a client.
import type { HttpClientSettings } from './client.ts';

export interface WrittenCredentials {
  readonly tls_config?:
    | {
        readonly ca_file?: string | undefined;
        readonly cert_file?: string | undefined;
        readonly key_file?: string | undefined;
        readonly server_name?: string | undefined;
        readonly insecure_skip_verify: boolean;
      }
    | undefined;
  readonly basic_auth?: { readonly username: string; readonly password_file: string } | undefined;
  readonly authorization?: { readonly type: string; readonly credentials_file: string } | undefined;
}

/** Names files only: the client reads and follows them. */
export function credentialsOf(written: WrittenCredentials): Pick<HttpClientSettings, 'tls' | 'basicAuth' | 'authorization'> {
  const { tls_config: tls, basic_auth: basic, authorization } = written;
  return {
    tls: tls && {
      caFile: tls.ca_file,
      certFile: tls.cert_file,
      keyFile: tls.key_file,
      serverName: tls.server_name,
      insecureSkipVerify: tls.insecure_skip_verify,
    },
    basicAuth: basic && { username: basic.username, passwordFile: basic.password_file },
    authorization: authorization && { type: authorization.type, credentialsFile: authorization.credentials_file },
  };
}
