// One fault at one peer, and how what is served of it is to be judged.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { FaultProxy } from './fault-proxy.ts';
import type { NamedFault } from './faults.ts';
import type { Moment } from './said.ts';

export type Judgement = 'right' | 'low' | 'wrong';

export interface FaultCase {
  readonly fault: NamedFault;
  /** For people. */
  readonly peer: string;
  /** Whose number is watched, in namespace demo. */
  readonly pod: string;
  readonly signal: string;
  readonly proxy: FaultProxy;
  /** As `NamedFault.fault` has it. */
  readonly middle: number;
  /** What is to be thought of the number at that time. `low`: of a rate that is less than it should be, as PromQL's is where its newest sample is old or a sample is late. */
  readonly judge: (value: number, moment: Moment) => Judgement;
  /** What it always is, of a rate. */
  readonly rate?: number;
  /**
   * What is to be seen: the number `stays` all the time, or is `absent` while the fault lasts, each in time. In the middle of it a pod `comes`,
   * and is seen once the fault is over at the latest, or `goes`, which is seen at once. Whoever asks is `refused` while nobody can say who it is.
   */
  readonly expected: 'stays' | 'absent' | 'comes' | 'goes' | 'refused';
}

/** How many bytes of the answer to a GET of `path` come before `text` ends for the last time. */
export async function bytesUntil(port: number, { path, text }: { readonly path: string; readonly text: RegExp }): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
  });
  await once(socket, 'close');
  const last = [...answer.matchAll(new RegExp(text, 'g'))].at(-1);
  if (last === undefined) throw new Error(`no ${text} in the answer of ${path}`);
  return last.index + last[0].length;
}

export function exactly(expected: number): FaultCase['judge'] {
  return (value) => (value === expected ? 'right' : 'wrong');
}

/** Of a rate: a reading has the time of its question, and is as old as its answer. */
const JITTER = 0.25;
const NEARLY = 0.05;

/** A rate: where samples are late by a little it is off by a little. */
export function rateOf(expected: number): FaultCase['judge'] {
  return (value) => {
    if (value < 0 || value > expected * (1 + JITTER)) return 'wrong';
    return value < expected * (1 - NEARLY) ? 'low' : 'right';
  };
}
