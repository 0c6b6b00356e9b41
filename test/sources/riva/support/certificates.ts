// Certificates for servers and clients of one test, each with something that can be wrong about it.
import 'reflect-metadata';
import { type JsonGeneralName, SubjectAlternativeNameExtension } from '@peculiar/x509';
import { authority, CLIENT, client, type Made, make, SERVER, type Wish } from '../../../auth/support/authority.ts';

const DAY_MS = 24 * 3_600_000;

export const LOCAL: readonly JsonGeneralName[] = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
];

export interface ServerWish extends Wish {
  readonly names?: readonly JsonGeneralName[];
}

/** For a server on this machine. */
export function serverCertificate({ names = LOCAL, more = [], ...wish }: ServerWish = {}): Promise<Made> {
  const alternatives = names.length === 0 ? [] : [new SubjectAlternativeNameExtension([...names])];
  return make({ name: [{ CN: ['riva'] }], usages: SERVER, more: [...more, ...alternatives], ...wish });
}

export interface Certificates {
  readonly root: Made;
  readonly otherRoot: Made;
  readonly good: Made;
  readonly expired: Made;
  readonly early: Made;
  readonly otherName: Made;
  readonly selfSigned: Made;
  readonly forClients: Made;
  readonly client: Made;
  readonly otherClient: Made;
  readonly intermediate: Made;
  readonly belowIntermediate: Made;
}

export async function makeCertificates(): Promise<Certificates> {
  const [root, otherRoot] = await Promise.all([authority('root'), authority('other root')]);
  const intermediate = await authority('intermediate', { by: root });
  const [good, expired, early, otherName, selfSigned, forClients] = await Promise.all([
    serverCertificate({ by: root, untilMs: 200 * DAY_MS }),
    serverCertificate({ by: root, untilMs: -60_000 }),
    serverCertificate({ by: root, fromMs: DAY_MS / 2 }),
    serverCertificate({ by: root, names: [{ type: 'dns', value: 'riva.example' }] }),
    serverCertificate(),
    serverCertificate({ by: root, usages: CLIENT }),
  ]);
  const [belowIntermediate, ours, theirs] = await Promise.all([
    serverCertificate({ by: intermediate }),
    client(root, 'plimsoll'),
    client(otherRoot, 'plimsoll'),
  ]);
  return {
    root,
    otherRoot,
    good,
    expired,
    early,
    otherName,
    selfSigned,
    forClients,
    client: ours,
    otherClient: theirs,
    intermediate,
    belowIntermediate,
  };
}
