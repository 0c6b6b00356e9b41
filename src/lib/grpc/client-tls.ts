// TLS as a client of gRPC uses it, from texts of PEM.
import { type PemNames, type PemTexts, secureContextOf } from '../http/secure-context.ts';
import type { EndpointTls } from './look.ts';

export type ClientCredentials = Omit<EndpointTls, 'serverName' | 'acceptsAny'>;

/** Throws an Error in the words of `names`, without anything of the texts. */
export function clientCredentials(texts: PemTexts, names: PemNames): ClientCredentials {
  return {
    context: secureContextOf(texts, names),
    olderContext: () => secureContextOf({ ...texts, maxVersion: 'TLSv1.2' }, names),
    showsCertificate: texts.cert !== undefined,
  };
}
