// The certificates that a client showed when it connected: its own, and what it sent along.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Certificate, readCertificate } from './certificate.ts';

export interface Shown {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
}

/** More certificates than any client sends along. */
const MOST_SHOWN = 8;

/** Read once a connection. */
export class ShownCertificates {
  readonly #known = new WeakMap<Socket, Shown | string | undefined>();

  /** Undefined when the client showed none; a text that says why when its own cannot be read. */
  by(socket: Socket): Shown | string | undefined {
    if (!this.#known.has(socket)) this.#known.set(socket, readShown(socket));
    return this.#known.get(socket);
  }
}

function readShown(socket: Socket): Shown | string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const [leaf, ...intermediates] = shownCertificates(socket).map(read);
  if (leaf === undefined || typeof leaf === 'string') return leaf;
  return { leaf, intermediates: intermediates.filter((one) => typeof one !== 'string') };
}

function read(der: Buffer): Certificate | string {
  try {
    return readCertificate(der);
  } catch (error) {
    return `the certificate cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** In DER, the client's own first. */
function shownCertificates(socket: TLSSocket): readonly Buffer[] {
  const ders: Buffer[] = [];
  // Without a certificate it is an empty object; one that signed itself is its own issuer.
  let certificate: { readonly raw?: Buffer; readonly issuerCertificate?: object } | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && ders.length < MOST_SHOWN && !ders.some((der) => der.equals(certificate?.raw ?? der))) {
    ders.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return ders;
}
