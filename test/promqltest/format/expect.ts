// The lines that say what an answer is to be taken with: `expect fail msg: …`, `expect no_warn`, …
import { RE2JS } from 're2js';
import type { Expectation, Expectations } from './commands.ts';

const EXPECT = /^expect\s+(?<type>ordered|fail|warn|no_warn|info|no_info)(?:\s+(?<by>regex|msg):(?<says>.+))?$/;

const ANYTHING: Expectation = { says: 'anything', isParticular: false, matches: () => true };

/** What `eval_fail` and its like ask for: any text, until a line under it says which. */
const NOT_SAID: Expectation = { ...ANYTHING };

interface Collected {
  ordered: boolean;
  readonly fail: Expectation[];
  readonly warn: Expectation[];
  readonly info: Expectation[];
  noWarn: boolean;
  noInfo: boolean;
}

export interface ExpectationLines {
  readonly expected: Expectations;
  /** Reads a line that begins with `expect`; throws an Error that says what is wrong. */
  add(line: string): void;
  failsWith(expectation: Expectation): void;
}

/** `mode` is what stood after `eval_`. */
export function expectationLines(mode: string | undefined): ExpectationLines {
  const anyOf = (type: string): Expectation[] => (mode === type ? [NOT_SAID] : []);
  const expected: Collected = {
    ordered: mode === 'ordered',
    fail: anyOf('fail'),
    warn: anyOf('warn'),
    info: anyOf('info'),
    noWarn: false,
    noInfo: false,
  };
  const push = (type: 'fail' | 'warn' | 'info', expectation: Expectation): void => {
    if (expected[type][0] === NOT_SAID) expected[type].length = 0;
    expected[type].push(expectation);
  };
  return {
    expected,
    failsWith: (expectation) => push('fail', expectation),
    add: (line) => {
      const { type = '', by, says = '' } = EXPECT.exec(line)?.groups ?? {};
      if (type === '')
        throw new Error(`expected "expect" with one of ordered, fail, warn, no_warn, info, no_info, got ${JSON.stringify(line)}`);
      const expectation = by === undefined ? ANYTHING : by === 'msg' ? exactly(says.trim()) : like(says.trim());
      if (type === 'ordered') expected.ordered = true;
      else if (type === 'no_warn') expected.noWarn = true;
      else if (type === 'no_info') expected.noInfo = true;
      else if (type === 'fail' || type === 'warn' || type === 'info') push(type, expectation);
      checkTogether(expected);
    },
  };
}

function checkTogether({ fail, warn, info, noWarn, noInfo }: Expectations): void {
  if (fail.length > 1) throw new Error('expected one line of what fails, got a second one');
  if (warn.length > 0 && noWarn) throw new Error('expected warn or no_warn, got both');
  if (info.length > 0 && noInfo) throw new Error('expected info or no_info, got both');
}

/** An engine may add what to do about it, after a semicolon. */
export function exactly(says: string): Expectation {
  return { says: JSON.stringify(says), isParticular: true, matches: (text) => text === says || text.startsWith(`${says}; `) };
}

/** Throws an Error that says what is wrong with the expression. */
export function like(pattern: string): Expectation {
  const regex = compile(pattern);
  return { says: `something like ${JSON.stringify(pattern)}`, isParticular: true, matches: (text) => regex.test(text) };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new Error(
      `expected a regular expression (RE2), got ${JSON.stringify(pattern)}: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
}
