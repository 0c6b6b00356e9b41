import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandIo } from '../../../src/cli/command.ts';
import { defaultApiUrl } from '../../../src/cli/inspect/ask-api.ts';
import { readInput } from '../../../src/cli/inspect/read-input.ts';
import { inspect } from '../../../src/cli/inspect.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'metrics.txt');
writeFileSync(file, 'nv_inference_pending_request_count{model="a",version="1"} 3\n');

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

async function run(args: readonly string[], stdin: AsyncIterable<Uint8Array> = chunks()): Promise<{ code: number; out: string }> {
  let out = '';
  const stop = new AbortController().signal;
  const io: CommandIo = { stdout: (text) => (out += text), stderr: () => {}, stdin, isTerminal: false, stop };
  return { code: await inspect.run(args, io), out };
}

async function served<T>(listener: RequestListener, use: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('reads', () => {
  it('a file', async () => {
    const { code, out } = await run([file]);
    expect(code).toBe(0);
    expect(out).toContain('triton_pending_requests{model="a",version="1"}  3 requests');
  });

  it('standard input, in pieces', async () => {
    const { out } = await run(['--json', '-'], chunks('DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="G', 'PU-1"} 61\n'));
    expect(JSON.parse(out)).toMatchObject({ source: 'dcgm', readings: [{ name: 'gpu_temperature_celsius', value: 61 }] });
  });

  it.each(['', '/', '/metrics'])('a URL with the path %j', async (path) => {
    const answer: RequestListener = (request, response) => response.end(request.url === '/metrics' ? 'up 1\n' : '');
    const { out } = await served(answer, (origin) => run(['--json', `${origin}${path}`]));
    expect(JSON.parse(out)).toMatchObject({ source: 'generic', samples: 1 });
  });
});

describe('usage errors have exit code 2', () => {
  it.each([
    [[], 'cannot run plimsoll inspect: nothing to inspect was given; see plimsoll inspect --help'],
    [['a', 'b'], 'cannot run plimsoll inspect: one input at a time, but 2 were given; see plimsoll inspect --help'],
    [['--bogus', 'a'], 'cannot run plimsoll inspect: there is no option "--bogus"; see plimsoll inspect --help'],
    [['ftp://h/x'], 'cannot inspect "ftp://h/x": it is no URL of http or https; give one such as http://127.0.0.1:8002/metrics'],
    [['http://['], 'cannot inspect "http://[": it is no URL of http or https; give one such as http://127.0.0.1:8002/metrics'],
    [['http://user:secret@h:1/'], 'cannot inspect "h:1": credentials in a URL are not sent; pipe it: curl --user … | plimsoll inspect -'],
  ])('%j', async (args, message) => {
    await expect(run(args)).rejects.toMatchObject({ name: 'UserError', exitCode: 2, message });
  });
});

describe('what goes wrong outside has exit code 1', () => {
  it.each([
    ['no file', join(folder, 'no'), 'there is no such file; give a file, - or a URL that begins with http://'],
    ['a folder', folder, 'it is a directory; give a file'],
  ])('%s', async (_, name, message) => {
    await expect(run([name])).rejects.toMatchObject({ name: 'UserError', exitCode: 1, message: expect.stringContaining(message) });
  });

  it.each([
    ['an Error', new Error('the pipe broke')],
    ['anything else', 'the pipe broke'],
  ])('standard input that fails with %s', async (_, thrown) => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1);
      throw thrown;
    }
    await expect(run(['-'], broken())).rejects.toMatchObject({
      exitCode: 1,
      message: 'cannot read standard input: the pipe broke; give a file, - or a URL that begins with http://',
    });
  });

  it('an interruption of a pipe that says nothing', async () => {
    const stdin = new Readable({ read: () => {} });
    const stop = new AbortController();
    const failure = readInput({ name: '-', stdin, stop: stop.signal, maxBytes: 1, timeoutMs: 1 });
    stop.abort();
    await expect(failure).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('it was interrupted') });
    expect(stdin.destroyed).toBe(true);
  });

  it('a refused connection', async () => {
    const origin = await served(
      () => {},
      async (address) => address,
    );
    await expect(run([origin])).rejects.toMatchObject({
      exitCode: 1,
      message: `cannot read "${origin}/metrics": the connection was refused; check that the server is up and that the port is its metrics port`,
    });
  });

  it.each([301, 404, 503])('the status %d', async (status) => {
    const answer: RequestListener = (_, response) => response.writeHead(status, { location: '/metrics' }).end('up 1\n');
    const failure = served(answer, (origin) => run([`${origin}/x`]));
    await expect(failure).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining(`the server answers status ${status}; check`),
    });
  });

  it('a connection that breaks', async () => {
    const answer: RequestListener = (request, response) => {
      response.write('up');
      request.socket.destroy();
    };
    const failure = served(answer, (origin) => run([origin]));
    await expect(failure).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/^cannot read "http.*; check that the server is up/),
    });
  });
});

describe('asks a Triton about itself', () => {
  const METRICS =
    'nv_inference_pending_request_count{model="m",version="1"} 3\nnv_inference_request_duration_us{model="m",version="1"} 3\n';
  const STATS = { model_stats: [{ name: 'm', version: '1', batch_stats: [{ compute_infer: { ns: 2e9 } }] }] };
  const triton = (config: object, ready = 200): RequestListener => {
    return (request, response) => {
      if (request.url === '/metrics') response.end(METRICS);
      else if (request.url === '/v2/models/stats') response.end(JSON.stringify(STATS));
      else if (request.url === '/v2/health/ready') response.writeHead(ready).end();
      else response.end(JSON.stringify(config));
    };
  };
  interface Told {
    readonly readings: readonly { readonly name: string; readonly value: number; readonly labels: object }[];
    readonly warnings: readonly { readonly code: string; readonly message: string }[];
  }
  const told = async (listener: RequestListener, args: (origin: string) => readonly string[]): Promise<Told> =>
    served(listener, async (origin) => JSON.parse((await run(['--json', ...args(origin)])).out));

  it('shows kinds, instances and busy time', async () => {
    const config = { name: 'm', max_batch_size: 4, dynamic_batching: {}, instance_group: [{ count: 2 }] };
    const { readings, warnings } = await told(triton(config), (origin) => ['--api', `${origin}/`, origin]);
    expect(warnings).toEqual([]);
    expect(readings.slice(-4).map(({ name, value }) => [name, value])).toEqual([
      ['triton_model_info', 1],
      ['triton_model_instances', 2],
      ['triton_model_max_batch_size', 4],
      ['triton_instance_busy_seconds_total', 2],
    ]);
  });

  it.each([
    { name: 'an ensemble', config: { name: 'm', platform: 'ensemble' }, codes: [] },
    { name: 'a decoupled model', config: { name: 'm', model_transaction_policy: { decoupled: true } }, codes: ['models-not-counted'] },
    { name: 'no configuration', config: { error: 'x' }, codes: ['model-kinds-unknown'] },
    { name: 'a server that starts', config: { name: 'm' }, ready: 400, codes: ['not-ready'] },
  ])('tells $name', async ({ config, ready, codes }) => {
    const { warnings } = await told(triton(config, ready), (origin) => ['--api', origin, origin]);
    expect(warnings.map(({ code }) => code)).toEqual(codes);
  });

  it('tells a name that is in several namespaces', async () => {
    const namespaced: RequestListener = (request, response) => {
      if (request.url === '/metrics') response.end(METRICS);
      else if (request.url === '/v2/health/ready') response.end();
      else response.writeHead(400).end('{"error":"model namespace must be provided to resolve ambiguity."}');
    };
    const { warnings } = await told(namespaced, (origin) => ['--api', origin, origin]);
    expect(warnings).toMatchObject([{ code: 'instances-unknown', message: expect.stringMatching(/^m: in several namespaces/) }]);
  });

  it('says why kinds stay unknown, and asks nobody about a file', async () => {
    const broken: RequestListener = (request, response) => (request.url === '/metrics' ? response.end(METRICS) : request.socket.destroy());
    const { warnings } = await told(broken, (origin) => ['--api', origin, origin]);
    expect(warnings).toMatchObject([
      { code: 'model-kinds-unknown', message: expect.stringContaining('its API did not tell: http://127.0.0.1') },
    ]);
    const { out } = await run(['--json', file]);
    expect(out).not.toContain('did not tell');
  });

  it('knows where the API is by default', () => {
    expect(['http://t:8002/metrics', 'https://[::1]:8002'].map(defaultApiUrl)).toEqual(['http://t:8000', 'https://[::1]:8000']);
  });

  it('refuses an address that is none', async () => {
    await expect(run(['--api', 'here', file])).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('--api is "here"') });
  });
});

describe('bounds', () => {
  const bounded = { stdin: chunks('0123', '4567'), stop: new AbortController().signal, maxBytes: 7, timeoutMs: 30 };

  it('size', async () => {
    await expect(readInput({ ...bounded, name: '-' })).rejects.toMatchObject({
      exitCode: 1,
      message: 'cannot read standard input: it is longer than 7 bytes, the limit of one exposition; give a shorter one',
    });
  });

  it('size of a file', async () => {
    await expect(readInput({ ...bounded, name: file })).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('longer than 7 bytes'),
    });
  });

  it('size of an answer', async () => {
    const answer: RequestListener = (_, response) => response.end('0123456789');
    const failure = served(answer, (origin) => readInput({ ...bounded, name: origin, timeoutMs: 5000 }));
    await expect(failure).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('longer than 7 bytes') });
  });

  it('time', async () => {
    const failure = served(
      () => {},
      (origin) => readInput({ ...bounded, name: origin }),
    );
    await expect(failure).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('no whole answer within 30 ms') });
  });
});

it('helps with an example', () => {
  expect(inspect.help).toContain('Example: plimsoll inspect http://127.0.0.1:8002/metrics');
});
