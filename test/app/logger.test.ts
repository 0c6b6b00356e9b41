import { expect, it } from 'vitest';
import { createLogger } from '../../src/app/logger.ts';

function linesOf(level: Parameters<typeof createLogger>[0], write: (log: ReturnType<typeof createLogger>) => void): unknown[] {
  const lines: string[] = [];
  write(createLogger(level, (line) => void lines.push(line)));
  expect(lines.every((line) => line.endsWith('\n'))).toBe(true);
  return lines.map((line): unknown => JSON.parse(line));
}

it.each([
  { level: 'debug', said: ['debug', 'info', 'warn', 'error'] },
  { level: 'info', said: ['info', 'warn', 'error'] },
  { level: 'warn', said: ['warn', 'error'] },
  { level: 'error', said: ['error'] },
] as const)('level $level says $said', ({ level, said }) => {
  const lines = linesOf(level, (log) => {
    for (const one of ['debug', 'info', 'warn', 'error'] as const) log[one]({}, one);
  });
  expect(lines).toMatchObject(said.map((msg) => ({ msg, level: msg })));
});

it('says a line as one JSON object with its time and fields', () => {
  const [line] = linesOf('info', (log) => log.info({ target: 'a', count: 2 }, 'something happened'));
  expect(line).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    target: 'a',
    count: 2,
    msg: 'something happened',
  });
});

it('never says a secret', () => {
  const secrets = { password: 'hush', credentials: 'hush', authorization: 'hush', token: 'hush', key: 'hush' };
  const [line] = linesOf('info', (log) => log.info({ ...secrets, nested: secrets, user: 'me' }, 'x'));
  expect(JSON.stringify(line)).not.toContain('hush');
  expect(line).toMatchObject({ user: 'me', nested: { token: '[Redacted]' } });
});

it('says an error with its stack and its cause', () => {
  const [line] = linesOf('error', (log) => log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed'));
  expect(line).toMatchObject({
    err: { type: 'Error', message: expect.stringContaining('outer'), stack: expect.stringContaining('inner') },
  });
});

it('changes its level while it runs', () => {
  const lines = linesOf('warn', (log) => {
    for (const level of ['debug', 'error', 'info'] as const) {
      log.useLevel(level);
      log.debug({}, `debug at ${level}`);
      log.info({}, `info at ${level}`);
    }
  });
  expect(lines).toMatchObject([{ msg: 'debug at debug' }, { msg: 'info at debug' }, { msg: 'info at info' }]);
});
