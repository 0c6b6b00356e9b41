import { describe, expect, it } from 'vitest';
import { type FlagSpec, parseWords } from '../../src/cli/words.ts';

const KNOWN: readonly FlagSpec[] = [
  { flag: 'retention', type: 'string' },
  { flag: 'json', type: 'boolean' },
  { flag: 'from', type: 'optional' },
];

describe('reads', () => {
  it.each([
    { args: [], positionals: [], values: {} },
    { args: ['a', '--json', 'b'], positionals: ['a', 'b'], values: { json: true } },
    { args: ['--retention', '5m', 'a'], positionals: ['a'], values: { retention: '5m' } },
    { args: ['--retention=-5m'], positionals: [], values: { retention: '-5m' } },
    { args: ['--retention='], positionals: [], values: { retention: '' } },
    { args: ['--retention', '-'], positionals: [], values: { retention: '-' } },
    { args: ['--retention', '1m', '--retention', '2m'], positionals: [], values: { retention: '2m' } },
    { args: ['--json', '--', '--retention'], positionals: ['--retention'], values: { json: true } },
    { args: ['-'], positionals: ['-'], values: {} },
    { args: ['--from'], positionals: [], values: { from: '' } },
    { args: ['--from', '--json', 'a'], positionals: ['a'], values: { from: '', json: true } },
    { args: ['--from', '-', 'a'], positionals: ['a'], values: { from: '-' } },
    { args: ['--from', 'x y'], positionals: [], values: { from: 'x y' } },
    { args: ['--from=', 'a'], positionals: ['a'], values: { from: '' } },
  ])('$args', ({ args, positionals, values }) => {
    expect(parseWords('x', args, KNOWN)).toEqual({ positionals, values });
  });
});

describe('refuses in one line that names the flag', () => {
  it.each([
    [['--bogus'], 'there is no option "--bogus"'],
    [['--bogus=1'], 'there is no option "--bogus"'],
    [['--retentoin', '5m'], 'there is no option "--retentoin", did you mean --retention?'],
    [['--__proto__=1'], 'there is no option "--__proto__"'],
    [['-j'], 'there is no option "-j"'],
    [['--retention'], '--retention needs a value'],
    [['--retention', '--json'], '--retention needs a value, got "--json"; write a value that begins with a dash as --retention=VALUE'],
    [['--json=yes'], '--json takes no value, got "yes"'],
  ])('%j', (args, cause) => {
    const message = `cannot run plimsoll x: ${cause}; see plimsoll x --help`;
    expect(() => parseWords('x', args, KNOWN)).toThrow(expect.objectContaining({ name: 'UserError', exitCode: 2, message }));
  });
});
