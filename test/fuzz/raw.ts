// Mutated bytes at the metrics API's own listener: what no parser of HTTP lets through is answered in words or cut, and nobody waits.
import { connect } from 'node:net';
import { listen } from '../../src/app/listener/listener.ts';
import { silentLog } from '../../src/model/log.ts';
import { type Dice, mutated } from './mutate.ts';
import { questionOf } from './requests.ts';
import { createFuzzWorld, PLANTED } from './world.ts';

/** What heads of requests are likely to be misunderstood by. */
const WORDS = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    ' ',
    '\t',
    '\0',
    ':',
    ': ',
    'HTTP/1.1',
    'HTTP/1.0',
    'HTTP/2.0',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'CONNECT x:1 HTTP/1.1\r\n',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 99999999999999999999\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
  ],
  ...[
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    'ffffffffffffffff\r\n',
    'Connection: close\r\n',
    'Connection: Upgrade\r\nUpgrade: websocket\r\n',
    'Expect: 100-continue\r\n',
    'Expect: x\r\n',
  ],
  ...[
    'Host: a\r\nHost: b\r\n',
    ' folded\r\n',
    'X-Remote-User: system:admin\r\n',
    'Authorization: Bearer x\r\n',
    'x'.repeat(5000),
    '\u0016\u0003\u0001\u0002\0\u0001',
  ],
];

/** One to three requests, one behind the other; a character a byte. */
export function rawTextOf(dice: Dice): string {
  let text = '';
  for (let left = 1 + dice.below(3); left > 0; left -= 1) {
    const { method, target, headers } = questionOf(dice);
    const origin = dice.oneIn(16) ? dice.one(['http://host', 'a://', 'x:']) : '';
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    text += [`${method} ${origin}${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  }
  return dice.oneIn(8) ? text : mutated(text, WORDS, dice);
}

export interface RawCases {
  run(dice: Dice): Promise<void>;
  close(): Promise<void>;
}

/** Longer than a busy machine holds up an answer; a request that is not whole ends with its client's half of the connection. */
const MOST_MS = 5000;

export async function rawCases(): Promise<RawCases> {
  const { api, errors } = await createFuzzWorld();
  const listener = await listen({ handler: api, address: { host: '127.0.0.1', port: 0 }, flag: 'fuzz', log: silentLog });
  const port = Number(new URL(listener.url).port);
  return {
    run: async (dice) => {
      judge(await answerTo(Buffer.from(rawTextOf(dice), 'latin1'), port));
      if (errors.length > 0) throw new Error(`an error that nobody foresaw: ${JSON.stringify(errors)}`);
    },
    close: () => listener.close(0),
  };
}

/** All that comes until the connection ends. */
function answerTo(bytes: Uint8Array, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const pieces: Buffer[] = [];
    const late = setTimeout(() => {
      reject(
        new Error(`the connection did not end within ${MOST_MS} ms; it had said ${Buffer.concat(pieces).toString('latin1').slice(0, 500)}`),
      );
      socket.destroy();
    }, MOST_MS);
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    // A server that ends first may reset what was still on its way.
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(late);
      resolve(Buffer.concat(pieces).toString('latin1'));
    });
    socket.end(bytes);
  });
}

function judge(text: string): void {
  const fail = (why: string): never => {
    throw new Error(`${why}: ${text.slice(0, 1000)}`);
  };
  if (text !== '' && !/^HTTP\/1\.1 \d{3} /.test(text)) fail('no HTTP');
  if (/^HTTP\/1\.1 5\d\d /m.test(text)) fail('a code without cause');
  if (/^retry-after:/im.test(text)) fail('Retry-After, which makes an HPA sleep');
  if (text.includes(PLANTED)) fail('it names what the asker may not see');
  if (/<html|at .*\.[jt]s:\d/i.test(text)) fail('a page, or a stack');
}
