// A probe's result as an exposition: what is not known is left out, so a server without a health service is not said to be down.
import type { Sample } from '../../exposition/line.ts';
import { writeFamily } from '../../exposition/write.ts';
import { labelsOf, METRIC_NAME } from '../../model/labels.ts';
import { REASON_FAMILY, REASON_LABEL, type RivaFamily, SERVICE_LABEL } from './families.ts';
import type { ProbeResult } from './probe.ts';

interface Gauge {
  readonly name: RivaFamily;
  readonly help: string;
  readonly read: (result: ProbeResult) => readonly (readonly [value: number, labels?: Readonly<Record<string, string>>])[];
}

const GAUGES: readonly Gauge[] = [
  {
    name: 'riva_reachable',
    help: 'Whether a new client with these settings gets an answer in gRPC, whatever it says.',
    read: ({ isReachable }) => [[Number(isReachable)]],
  },
  {
    name: REASON_FAMILY,
    help: 'What a new client meets, in one word of a closed list; ok where nothing is wrong.',
    read: ({ reason }) => [[1, { [REASON_LABEL]: reason }]],
  },
  {
    name: 'riva_serving',
    help: 'Whether the health service says that it serves; absent where it does not say.',
    read: ({ health }) =>
      health.flatMap(({ service, isServing }) =>
        isServing === undefined ? [] : [[Number(isServing), service === '' ? {} : { [SERVICE_LABEL]: service }] as const],
      ),
  },
  { name: 'riva_connect_seconds', help: 'Time until TCP was connected.', read: ({ connectSeconds }) => known(connectSeconds) },
  {
    name: 'riva_tls_handshake_seconds',
    help: 'Time from then until the handshake of TLS had ended.',
    read: ({ handshakeSeconds }) => known(handshakeSeconds),
  },
  {
    name: 'riva_first_call_seconds',
    help: 'Time of one question to the health service on a new channel, its connection included.',
    read: ({ firstCallSeconds }) => known(firstCallSeconds),
  },
  {
    name: 'riva_tls_chain_verified',
    help: 'Whether the certificate that was shown is one that a client with these settings takes; absent without TLS.',
    read: ({ isVerified }) => known(isVerified === undefined ? undefined : Number(isVerified)),
  },
  {
    name: 'riva_certificate_expiry_timestamp_seconds',
    help: 'When the first of the server’s certificate and those above it ends, in seconds since the epoch.',
    read: ({ certificate }) => known(certificate && certificate.earliestExpiryMs / 1000),
  },
];

function known(value: number | undefined): readonly (readonly [number])[] {
  return value === undefined || !Number.isFinite(value) ? [] : [[value]];
}

/** Families without a sample are left out. */
export function writeProbe(result: ProbeResult): string {
  return GAUGES.map(({ name, help, read }) => {
    const samples = read(result).map(([value, labels]): Sample => ({ labels: labelsOf({ [METRIC_NAME]: name, ...labels }), value }));
    return samples.length === 0 ? '' : writeFamily({ name, help, type: 'gauge', samples });
  }).join('');
}
