// Regular expressions that are told without an automaton say what RE2 says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileWhole } from '../../../src/lib/regex.ts';
import { simplePredicate } from '../../../src/promql/syntax/regex-shapes.ts';

describe('simplePredicate', () => {
  it.each([
    { pattern: '', hits: [''], misses: ['a'] },
    { pattern: 'a', hits: ['a'], misses: ['', 'aa', 'A'] },
    { pattern: 'a|b|', hits: ['a', 'b', ''], misses: ['ab', 'c', 'a|b'] },
    { pattern: 'gpu-(0|1(?:0|1))x', hits: ['gpu-0x', 'gpu-10x', 'gpu-11x'], misses: ['gpu-1x', 'gpu-0', '0x'] },
    { pattern: '(a|b)(|c)', hits: ['a', 'bc'], misses: ['c', 'ab'] },
    { pattern: '()', hits: [''], misses: ['a'] },
    { pattern: 'a\\.b\\|c', hits: ['a.b|c'], misses: ['axb|c', 'a.b'] },
    { pattern: 'é|\n', hits: ['é', '\n'], misses: ['e'] },
    { pattern: '.*', hits: ['', 'a\nb'], misses: [] },
    { pattern: '.+', hits: ['a', '\n'], misses: [''] },
    { pattern: 'a.*', hits: ['a', 'ab', 'a\n'], misses: ['', 'ba'] },
    { pattern: 'a.+', hits: ['ab', 'aa'], misses: ['a', 'ba'] },
    { pattern: '.*a', hits: ['a', 'ba'], misses: ['ab', ''] },
    { pattern: '.+a', hits: ['ba', 'aa'], misses: ['a'] },
    { pattern: 'a.*a', hits: ['aa', 'aba'], misses: ['a'] },
    { pattern: 'ab.+ba', hits: ['abcba', 'ababba'], misses: ['abba', 'aba'] },
    { pattern: '.*a\\+.*', hits: ['a+', 'xa+y'], misses: ['a', 'aa'] },
  ])('$pattern', ({ pattern, hits, misses }) => {
    const predicate = simplePredicate(pattern);
    expect(predicate).toBeDefined();
    expect(hits.filter((text) => !predicate?.(text))).toEqual([]);
    expect(misses.filter((text) => predicate?.(text))).toEqual([]);
  });

  it.each([
    'a*',
    'a?',
    'a+',
    '[ab]',
    'a.b',
    '^a',
    'a$',
    'a{2}',
    '(',
    ')',
    'a)|(b',
    '(?i)a',
    '(?P<n>a)',
    '(a',
    '\\d',
    '\\',
    'a\\',
    '\\pL',
    '*',
    '|*',
    '.+a.*',
    '.*a.+',
    'x.*a.*',
    '.*.*.*',
    '(.*)',
    '(a)*',
    `${'(a|b)'.repeat(20)}`,
    `${'('.repeat(30)}${')'.repeat(30)}`,
  ])('leaves %s to RE2', (pattern) => {
    expect(simplePredicate(pattern)).toBeUndefined();
  });

  it('says of any text what RE2 says', () => {
    const part = fc.constantFrom('a', 'b', 'ab', 'é', '😀', '\\.', '\\(', '-', '|', '(', '(?:', ')', '.*', '.+', '\n', ']');
    const pattern = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    const text = fc.array(fc.constantFrom('a', 'b', 'é', '😀', '.', '(', '-', '\n', ']'), { maxLength: 6 }).map((parts) => parts.join(''));
    let told = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 20 }), (regex, texts) => {
        const predicate = simplePredicate(regex);
        if (predicate === undefined) return;
        told += 1;
        const whole = compileWhole(regex);
        for (const one of [...texts, '', regex]) expect([one, predicate(one)]).toEqual([one, whole(one)]);
      }),
      { numRuns: 1500 },
    );
    expect(told).toBeGreaterThan(300);
  });

  it('knows each word of a list again', () => {
    const words = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{0,6}$/), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(words, fc.stringMatching(/^[a-z-]{0,4}$/), (list, prefix) => {
        const predicate = simplePredicate(`${prefix}(${list.join('|')})`);
        for (const word of list) {
          expect(predicate?.(prefix + word)).toBe(true);
          expect(predicate?.(`${prefix}${word}!`)).toBe(false);
        }
      }),
    );
  });
});

describe('compileWhole', () => {
  it.each([
    ['a|b', ['a', 'b'], ['ab', '']],
    ['a.b', ['a\nb', 'axb'], ['ab', 'axbx']],
    ['(?i)abc', ['ABC', 'abc'], ['abcd']],
    ['^a$', ['a'], ['a\n']],
    ['\\Qa*', ['a*'], ['aa']],
  ])('%s', (pattern, hits, misses) => {
    const whole = compileWhole(pattern);
    expect(hits.filter((text) => !whole(text))).toEqual([]);
    expect(misses.filter((text) => whole(text))).toEqual([]);
  });

  it.each([
    ['a)|(b', 'error parsing regexp: unexpected ): `a)|(b`'],
    ['(a', 'error parsing regexp: missing closing ): `(a`'],
    ['a\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
  ])('%s is none', (pattern, message) => {
    expect(() => compileWhole(pattern)).toThrow(message);
  });
});
