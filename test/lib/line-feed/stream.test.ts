// A stream that speaks, ends, breaks, or says nothing while it is stopped.
import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { streamFeed } from '../../../src/lib/line-feed/stream.ts';
import { listener } from './listener.ts';

const about = { name: 'standard input', remedy: 'start again' };
const ENDED = 'failed: cannot read standard input: it has ended; start again';

it('hands on lines, and says when it has ended', async () => {
  const heard = listener();
  await streamFeed({ stream: Readable.from([Buffer.from('a\nb'), Buffer.from('c\nhalf')]), ...about })(heard, new AbortController().signal);
  expect(heard.said).toEqual(['started', 'line a', 'line bc', ENDED]);
});

it('takes what is no stream of Node', async () => {
  const heard = listener();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a\n');
  }
  await streamFeed({ stream: chunks(), ...about })(heard, new AbortController().signal);
  expect(heard.said).toEqual(['started', 'line a', ENDED]);
});

it('says why it broke', async () => {
  const heard = listener();
  const stream = new PassThrough();
  const running = streamFeed({ stream, ...about })(heard, new AbortController().signal);
  stream.destroy(new Error('torn'));
  await running;
  expect(heard.said).toEqual(['started', 'failed: cannot read standard input: torn; start again']);
});

it('is closed at a stop, without a word, while it says nothing', async () => {
  const heard = listener();
  const stream = new PassThrough();
  const stop = new AbortController();
  const running = streamFeed({ stream, ...about })(heard, stop.signal);
  stop.abort();
  await running;
  expect(heard.said).toEqual(['started']);
  expect(stream.destroyed).toBe(true);
});
