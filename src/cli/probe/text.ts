// A probe and a comparison for people.
import { quote } from '../../lib/quote.ts';
import type { ProbeResult } from '../../sources/riva/probe.ts';
import { WORDS } from '../../sources/riva/words.ts';
import { withoutControls } from '../inspect/print.ts';
import type { Comparison, Timing } from './compare.ts';

const DAY_MS = 24 * 3_600_000;

export interface ShownResult {
  readonly address: string;
  readonly isTls: boolean;
  readonly result: ProbeResult;
  readonly nowMs: number;
}

/** What happened, what to change, and what was measured. */
export function resultText({ address, isTls, result, nowMs }: ShownResult): string {
  const { what, remedy } = WORDS[result.reason];
  const rows: [name: string, text: string | undefined][] = [
    ['change', remedy || undefined],
    ['reason', result.reason],
    ['detail', result.detail === '' ? undefined : quote(result.detail)],
    ['serving', servingText(result)],
    ['connect', inMs(result.connectSeconds)],
    ['handshake', inMs(result.handshakeSeconds)],
    ['first call', inMs(result.firstCallSeconds)],
    ...certificateRows(result, nowMs),
  ];
  const table = rows.map(([name, text]) => (text === undefined ? '' : `${name.padEnd(13)}${text}\n`)).join('');
  return withoutControls(`${address} (${isTls ? 'TLS' : 'plaintext'}) ${what}\n\n${table}`);
}

function servingText({ health }: ProbeResult): string | undefined {
  const [first] = health;
  if (first === undefined) return undefined;
  return first.isServing === undefined ? 'not known' : first.isServing ? 'yes' : 'no';
}

function certificateRows({ certificate, isVerified }: ProbeResult, nowMs: number): [name: string, text: string][] {
  if (certificate === undefined) return [];
  const { subject, issuer, names, earliestExpiryMs } = certificate;
  const days = Math.floor((earliestExpiryMs - nowMs) / DAY_MS);
  return [
    ['certificate', `${quote(subject)}, of ${quote(issuer)}, ${isVerified === true ? 'verified' : 'not verified'}`],
    ['names', names === '' ? 'none; clients look at subjectAltName alone' : names],
    [
      'until',
      `${new Date(earliestExpiryMs).toISOString().slice(0, 10)} (${days < 0 ? 'past' : `in ${days} days`}), the first of it and those above it`,
    ],
  ];
}

function inMs(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : ms(seconds * 1000);
}

/** A dash where nothing was done in time. */
function ms(value: number): string {
  return Number.isNaN(value) ? '-' : `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

/** A table, and what follows from it. */
export function comparisonText({ newChannels, oneChannel, stream }: Comparison): string {
  const rows = [
    ['', 'times', 'p50', 'p95', 'p99'],
    row('a call on a new channel each', newChannels),
    row('calls on one channel', oneChannel),
    ...(stream === undefined ? [] : [row(stream.what, stream.timing)]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const table = rows.map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[column] ?? 0) + 2))).join(''),
  );
  return `${table.map((line) => `${line.trimEnd()}\n`).join('')}\n${advice({ newChannels, oneChannel, stream })}`;
}

function row(what: string, { times, p50Ms, p95Ms, p99Ms }: Timing): string[] {
  return [what, String(times), ms(p50Ms), ms(p95Ms), ms(p99Ms)];
}

function advice({ newChannels, oneChannel, stream }: Comparison): string {
  const moreMs = newChannels.p50Ms - oneChannel.p50Ms;
  const keep = Number.isNaN(moreMs)
    ? 'Too little was done in time to compare.'
    : moreMs > 0
      ? `Keep a channel and use it again: here a new one costs ${ms(moreMs)} a call (p50), ${(newChannels.p50Ms / oneChannel.p50Ms).toFixed(1)} times the call itself.`
      : 'Here a new channel for each call costs nothing that can be told from noise; over a network it costs round trips.';
  const streams =
    stream?.kind === 'exchange'
      ? `Speech belongs on a stream: a message on an open one takes ${ms(stream.timing.p50Ms)} (p50).`
      : 'The server offers no stream on which answers to messages can be timed; speech belongs on one all the same.';
  const pinned =
    'A channel, and each stream, stays with the server that it began at: so balance by call in front of several (L7, HTTP/2), or by round robin in the client; an L4 balancer pins them.';
  return `${keep}\n${streams}\n${pinned}\n`;
}
