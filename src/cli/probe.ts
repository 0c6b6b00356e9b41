// plimsoll probe: what a new client meets at a gRPC endpoint, and what a channel of its own costs each call.
import { systemClock } from '../lib/clock.ts';
import { parseDurationMs } from '../lib/duration.ts';
import { type ClientCredentials, clientCredentials } from '../lib/grpc/client-tls.ts';
import type { Endpoint } from '../lib/grpc/look.ts';
import type { PemTexts } from '../lib/http/secure-context.ts';
import { quote } from '../lib/quote.ts';
import { UserError } from '../lib/user-error.ts';
import { type ProbeResult, probe as probeEndpoint } from '../sources/riva/probe.ts';
import { WORDS } from '../sources/riva/words.ts';
import { type Command, type CommandIo, usageError } from './command.ts';
import { type Comparison, compare } from './probe/compare.ts';
import { comparisonText, resultText } from './probe/text.ts';
import { readNamed } from './server-access.ts';
import { parseWords, type Words } from './words.ts';

const DEFAULT_PORT = 50_051;
const DEFAULT_TIMEOUT = '5s';

const HELP = `plimsoll probe: what a new client meets at a gRPC endpoint

Usage: plimsoll probe riva HOST[:PORT] [OPTIONS]

Connects as a client with these files would, asks the health service, and says in plain words what is wrong and what to
change. The exit code is 0 where a client gets an answer that does not say that the server is not serving, else 1.

  --tls               TLS instead of plaintext; the options below mean it too
  --ca FILE           PEM file of the authorities to trust instead of the system's
  --cert FILE         PEM file of a client certificate, with
  --key FILE          the PEM file of its key
  --server-name NAME  name to expect in the server's certificate (default: HOST)
  --service NAME      name that the health service is asked about (default: the server as a whole)
  --timeout DURATION  longest wait for all of one probe (default: ${DEFAULT_TIMEOUT})
  --compare           times a call on a new channel each, calls on one channel, and messages on one stream
  --json              {address, tls, reason, what, remedy, detail, isReachable, health: [{service, isServing}],
                      connectSeconds, handshakeSeconds, firstCallSeconds, certificate, isVerified, comparison};
                      what is not known is left out
  --help              this text

Example: plimsoll probe riva riva.example:50051 --ca ca.pem --compare
`;

export const probe: Command = {
  name: 'probe',
  summary: 'ask a gRPC endpoint (Riva) as a new client would, and say why not',
  help: HELP,
  run,
};

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const asked = await askedOf(args);
  const { endpoint, address, service, timeoutMs } = asked;
  const clock = systemClock();
  const signal = AbortSignal.any([io.stop, AbortSignal.timeout(timeoutMs)]);
  const result = await probeEndpoint({ endpoint, services: [service], clock, signal });
  if (io.stop.aborted) throw interrupted(address);
  const comparison = asked.compares && result.isReachable ? await compare({ endpoint, service, clock, stop: io.stop }) : undefined;
  if (io.stop.aborted) throw interrupted(address);
  io.stdout(asked.isJson ? json(asked, { result, comparison }) : text(asked, { result, comparison, nowMs: clock.nowMs() }));
  return result.isReachable && result.reason !== 'not-serving' ? 0 : 1;
}

interface Told {
  readonly result: ProbeResult;
  readonly comparison: Comparison | undefined;
}

function text({ endpoint, address }: Asked, { result, comparison, nowMs }: Told & { readonly nowMs: number }): string {
  const shown = resultText({ address, isTls: endpoint.tls !== undefined, result, nowMs });
  return comparison === undefined ? shown : `${shown}\n${comparisonText(comparison)}`;
}

function json({ endpoint, address }: Asked, { result, comparison }: Told): string {
  const { what, remedy } = WORDS[result.reason];
  return `${JSON.stringify({ address, tls: endpoint.tls !== undefined, ...result, what, remedy, comparison }, undefined, 2)}\n`;
}

function interrupted(address: string): UserError {
  return new UserError(1, `cannot finish the probe of ${quote(address)}: it was interrupted; start it again`);
}

interface Asked {
  /** As given, with its port. */
  readonly address: string;
  readonly endpoint: Endpoint;
  readonly service: string;
  readonly timeoutMs: number;
  readonly compares: boolean;
  readonly isJson: boolean;
}

const TLS_FLAGS = ['ca', 'cert', 'key', 'server-name'] as const;

async function askedOf(args: readonly string[]): Promise<Asked> {
  const { values, positionals } = parseWords('probe', args, [
    ...[...TLS_FLAGS, 'service', 'timeout'].map((flag) => ({ flag, type: 'string' }) as const),
    ...['tls', 'compare', 'json'].map((flag) => ({ flag, type: 'boolean' }) as const),
  ]);
  const [kind, written, ...more] = positionals;
  if (kind !== 'riva')
    throw usageError('probe', kind === undefined ? 'it needs what to probe: riva HOST:PORT' : `${quote(kind)} cannot be probed; riva can`);
  if (written === undefined) throw usageError('probe', 'it needs the address of the endpoint: riva HOST:PORT');
  if (more.length > 0) throw usageError('probe', `one endpoint at a time, but ${positionals.length - 1} were given`);
  const { host, port, address } = placeOf(written);
  const tls = TLS_FLAGS.some((flag) => values[flag] !== undefined) || values['tls'] === true ? await tlsOf(values, host) : undefined;
  return {
    address,
    endpoint: { host, port, tls },
    service: textOf(values, 'service') ?? '',
    timeoutMs: timeoutOf(values),
    compares: values['compare'] === true,
    isJson: values['json'] === true,
  };
}

const ADDRESS = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^\s:/?#@[\]\\]+))(?::(?<port>\d{1,5}))?$/;

function placeOf(written: string): { readonly host: string; readonly port: number; readonly address: string } {
  const { six, host = six, port: digits } = ADDRESS.exec(written)?.groups ?? {};
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw usageError('probe', `${quote(written)} is no HOST:PORT; write it as riva.example:50051, 10.0.0.7:50051 or [::1]:50051`);
  }
  return { host, port, address: `${six === undefined ? host : `[${six}]`}:${port}` };
}

async function tlsOf(values: Words['values'], host: string): Promise<Endpoint['tls']> {
  const [ca, cert, key] = await Promise.all(
    (['ca', 'cert', 'key'] as const).map(async (flag) => {
      const file = textOf(values, flag);
      return file === undefined ? undefined : await readNamed(file, `--${flag}`);
    }),
  );
  return {
    ...credentialsOf({ ca, cert, key }),
    serverName: textOf(values, 'server-name') ?? host,
    acceptsAny: false,
  };
}

const PEM_NAMES = { section: 'the flags for TLS', ca: '--ca', cert: '--cert', key: '--key' };

function credentialsOf(texts: PemTexts): ClientCredentials {
  try {
    return clientCredentials(texts, PEM_NAMES);
  } catch (cause) {
    throw new UserError(2, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function timeoutOf(values: Words['values']): number {
  const written = textOf(values, 'timeout') ?? DEFAULT_TIMEOUT;
  const ms = parseDurationMs(written);
  if (ms === undefined || ms === 0) throw usageError('probe', `--timeout is ${quote(written)}; expected a duration such as 500ms or 5s`);
  return ms;
}

function textOf(values: Words['values'], flag: string): string | undefined {
  const value = values[flag];
  return typeof value === 'string' ? value : undefined;
}
