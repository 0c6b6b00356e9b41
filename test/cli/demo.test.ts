import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../e2e/ports.ts';
import { EPHEMERAL, plimsoll } from './support.ts';

describe('usage errors have exit code 2', () => {
  it.each([
    [['--seed', 'lucky'], '--seed is "lucky"; expected a whole number of at most nine digits'],
    [['--seed=-1'], '--seed is "-1"; expected a whole number of at most nine digits'],
    [['--seed', '1.5'], '--seed is "1.5"; expected a whole number of at most nine digits'],
    [['--seed', '1234567890'], '--seed is "1234567890"; expected a whole number of at most nine digits'],
    [['now'], 'it takes no argument, got "now"'],
    [['--shard', '1/2'], 'it shows the metrics API, which a shard has none of; leave --shard to serve'],
    [['--config', 'c.yaml'], 'there is no option "--config"'],
  ])('%j', async (args, cause) => {
    expect(await plimsoll(['demo', ...args])).toEqual({
      code: 2,
      out: '',
      err: `plimsoll: cannot run plimsoll demo: ${cause}; see plimsoll demo --help\n`,
    });
  });
});

it('names a wrong setting by its flag, and ends its fleet', async () => {
  const { code, err } = await plimsoll(['demo', '--scrape-timeout', 'soon']);
  expect(code).toBe(2);
  expect(err).toContain('\n  --scrape-timeout (scrape.timeout): expected a duration above zero');
});

it('a port in use has exit code 1 and names the flag', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => {
    other.close();
  });
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, err } = await plimsoll(['demo', ...EPHEMERAL, '--metrics-api-listen', `127.0.0.1:${port}`]);
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('choose another with --metrics-api-listen HOST:PORT') });
});

it('greets, logs JSON and ends', async () => {
  const { code, out, err } = await plimsoll(['demo', '--seed', '7', ...EPHEMERAL]);
  expect(code).toBe(0);
  expect(out).toMatch(/^Plimsoll demo: 8 simulated servers on loopback/);
  expect(JSON.parse(err.split('\n')[0] ?? '')).toMatchObject({ level: 'info', msg: 'listening', targets: 8 });
});

it('reads itself too where it knows its own port, for dashboards', async () => {
  const [port] = await freePorts(1);
  const { err } = await plimsoll(['demo', ...EPHEMERAL, '--telemetry-listen', `127.0.0.1:${port}`]);
  expect(JSON.parse(err.split('\n')[0] ?? '')).toMatchObject({ msg: 'listening', targets: 9 });
});

it('logs nothing on a terminal where all is well, and leaves its line clear', async () => {
  const { code, out, err } = await plimsoll(['demo', ...EPHEMERAL], { isTerminal: true });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.endsWith('\r\x1b[2K')).toBe(true);
});
