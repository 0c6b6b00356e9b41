// Each reason in plain words, and what to change.
import type { Reason } from '../../lib/grpc/reason.ts';

export interface Words {
  /** What happened: the rest of a sentence that begins with the address. */
  readonly what: string;
  /** What to change; '' where nothing is wrong. */
  readonly remedy: string;
}

export const WORDS: Readonly<Record<Reason, Words>> = {
  ok: { what: 'answers, and serves', remedy: '' },
  refused: {
    what: 'refuses the connection',
    remedy: 'is the server up, and its port 50051? A first start loads models for 20 minutes and more before it listens',
  },
  unreachable: {
    what: 'cannot be reached',
    remedy: 'is the address right, does DNS know it, and does a firewall or NetworkPolicy let us through?',
  },
  'connect-timeout': { what: 'takes no connection in time', remedy: 'does a firewall or NetworkPolicy drop it?' },
  silent: {
    what: 'accepts the connection and says nothing',
    remedy: 'is the server stuck, or is this the port of something else? Raise the time-out if it is just slow',
  },
  closed: {
    what: 'closes the connection without a word',
    remedy: 'is it restarting, or does it dislike the client certificate? Its own log may say why',
  },
  'server-plaintext': {
    what: 'speaks plaintext where TLS was expected',
    remedy: 'set both ssl_server_cert and ssl_server_key on the server, for without either it is insecure; or ask it without TLS',
  },
  'server-tls': {
    what: 'speaks TLS where plaintext was expected',
    remedy: 'ask it with TLS and name its authority: scheme https and tls_config.ca_file, or --tls --ca FILE',
  },
  'no-http2': {
    what: 'does not speak HTTP/2, which gRPC needs',
    remedy: 'is this its gRPC port, and does the proxy in front pass HTTP/2 on (grpc_pass, h2 in ALPN)?',
  },
  expired: { what: 'shows a certificate that has expired, or one above it has', remedy: 'renew it, or set the clock right' },
  'not-yet-valid': { what: 'shows a certificate that is not valid yet', remedy: 'set the clocks right, or wait' },
  'wrong-name': {
    what: 'shows a certificate for another name',
    remedy: 'ask by a name in it, give that name as server name, or put this one into its subjectAltName',
  },
  'unknown-ca': {
    what: 'shows a certificate of an authority that is not trusted',
    remedy: 'name the root of its chain as the authority; and does its file hold the intermediate certificates, its own first?',
  },
  'self-signed': {
    what: 'shows a certificate that it signed itself, and that is not trusted',
    remedy: 'name that same certificate as the authority',
  },
  'certificate-invalid': {
    what: 'shows a certificate that is not one for a server, or is damaged',
    remedy: 'make it anew with the use serverAuth',
  },
  'client-certificate-required': {
    what: 'wants a client certificate',
    remedy: 'give a certificate and key of the authority in its ssl_root_cert: tls_config.cert_file and key_file, or --cert and --key',
  },
  'client-certificate-refused': {
    what: 'refuses the client certificate',
    remedy: 'is it of the authority in its ssl_root_cert, valid today, and one for a client?',
  },
  'tls-failed': { what: 'fails in the handshake of TLS', remedy: 'do both sides share a version and a cipher? Its own log may say why' },
  'not-grpc': { what: 'speaks something that is not gRPC', remedy: 'is this its gRPC port, 50051 by default?' },
  'not-serving': { what: 'answers, and says that it does not serve', remedy: 'its models may still be loading; its own log says which' },
  'health-unimplemented': {
    what: 'answers in gRPC, and has no health service: whether it serves is not known',
    remedy: 'it is reachable and alive; ask Triton on port 8000 whether its models are ready',
  },
  'service-unknown': {
    what: 'answers, and does not know the service that was asked about',
    remedy: 'leave the name of the service out, which asks about the server as a whole',
  },
  denied: { what: 'answers that we may not ask', remedy: 'a proxy in front wants credentials; ask the server itself' },
  failed: { what: 'fails in a way that has no name here', remedy: 'its own log may say why' },
};
