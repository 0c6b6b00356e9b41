// Programs that print, end, complain, refuse to end or do not exist: real ones, started again on a virtual clock.
import { execPath } from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { commandFeed } from '../../../src/lib/line-feed/command.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { listener } from './listener.ts';

function run(command: readonly string[], clock = new VirtualClock()) {
  const heard = listener();
  const stop = new AbortController();
  // Without chance, waits are 1, 2, 4 s …
  const feed = commandFeed({ command, setting: 'tegrastats.command', clock, random: () => 0 });
  const running = feed(heard, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return { heard, stop, running, clock };
}

const node = (script: string): readonly string[] => [execPath, '-e', script];

it('hands on what a program prints, and says how it ended with its last words', async () => {
  const { heard } = run(node('console.log("a"); console.log("b"); console.error("must be root"); process.exitCode = 3'));
  await heard.hears('failed');
  expect(heard.said).toEqual([
    'started',
    'line a',
    'line b',
    expect.stringMatching(/^failed: cannot read ".*node.*": it ended with exit code 3 and said "must be root"; it is started again/),
  ]);
});

it('starts it again, later each time', async () => {
  const { heard, clock } = run(node('console.log("x")'));
  await heard.hears('failed');
  await clock.advance(999);
  expect(heard.said.filter((text) => text === 'started')).toHaveLength(1);
  heard.said.splice(0);
  await clock.advance(1);
  await heard.hears('failed');
  heard.said.splice(0);
  await clock.advance(1999);
  expect(heard.said).toEqual([]);
  await clock.advance(1);
  expect(heard.said).toEqual(['started']);
  await heard.hears('failed');
});

it.each([
  { command: ['/no/such/program'], cause: 'cannot run "/no/such/program": there is no such program; check tegrastats.command' },
  { command: ['/'], cause: 'cannot run "/": it may not be run by this user; check tegrastats.command' },
  { command: ['a\0b'], cause: 'cannot run "a\\u0000b": ' },
])('$command does not start', async ({ command, cause }) => {
  const { heard } = run(command);
  await heard.hears('failed');
  expect(heard.said[1]).toContain(`failed: ${cause}`);
});

it('runs no shell', async () => {
  const { heard } = run([execPath, '-e', 'console.log(process.argv.at(-1))', '$(echo x); `y` | z']);
  await heard.hears('failed');
  expect(heard.said).toContain('line $(echo x); `y` | z');
});

it('passes over a line that is too long, and goes on', async () => {
  const { heard } = run(node('process.stdout.write("x".repeat(1e7)); process.stdout.write("\\nok\\n")'));
  await heard.hears('line ok');
  expect(heard.said).toEqual(['started', 'long line', 'line ok']);
});

it('ends a program when it is no longer wanted', async () => {
  const { heard, stop, running } = run(node('console.log(process.pid); setInterval(() => {}, 1e6)'), systemClockLike());
  await heard.hears('line');
  const pid = Number(heard.said[1]?.replace('line ', ''));
  stop.abort();
  await running;
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(heard.said.filter((text) => text.startsWith('failed'))).toEqual([]);
});

it('ends one that does not want to end, after two seconds', async () => {
  const { heard, stop, running, clock } = run(
    node('process.on("SIGTERM", () => console.log("no")); console.log("up"); setInterval(() => {}, 1e6)'),
  );
  await heard.hears('line up');
  stop.abort();
  await heard.hears('line no');
  await clock.advance(2000);
  await running;
  expect(heard.said).toEqual(['started', 'line up', 'line no']);
});

/** Its end is waited for with real time, of which little goes by. */
function systemClockLike(): VirtualClock {
  return Object.assign(new VirtualClock(), systemClock());
}
