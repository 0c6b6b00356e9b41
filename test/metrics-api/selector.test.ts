import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../src/metrics-api/selector.ts';
import { StatusError } from '../../src/metrics-api/status.ts';

const LONG = 'a'.repeat(64);

/** `key operator values` for each requirement, as labels.Parse of apimachinery reads it. */
function read(text: string): string {
  const requirements = parseSelector('labelSelector', text);
  return requirements.map(({ key, operator, values }) => `${key} ${operator} ${JSON.stringify(values)}`).join('; ');
}

describe('parseSelector', () => {
  it.each([
    ['', ''],
    [' \t', ''],
    ['x', 'x Exists []'],
    ['!x', 'x DoesNotExist []'],
    ['! x', 'x DoesNotExist []'],
    ['x=a', 'x In ["a"]'],
    ['x==a', 'x In ["a"]'],
    ['x = a', 'x In ["a"]'],
    ['x!=a', 'x NotIn ["a"]'],
    ['x=', 'x In [""]'],
    ['x!=,y', 'x NotIn [""]; y Exists []'],
    ['x in (a,b)', 'x In ["a","b"]'],
    ['x in(a)', 'x In ["a"]'],
    ['x notin ( a , b )', 'x NotIn ["a","b"]'],
    ['x in (a,a)', 'x In ["a"]'],
    ['x in (a,)', 'x In ["a",""]'],
    ['x in (,)', 'x In [""]'],
    ['x in ()', 'x In [""]'],
    ['x in (a,,b)', 'x In ["a","","b"]'],
    ['x in (,a)', 'x In ["","a"]'],
    ['x in (a,,)', 'x In ["a",""]'],
    ['x in (in,notin)', 'x In ["in","notin"]'],
    ['in in (in)', 'in In ["in"]'],
    ['x=in', 'x In ["in"]'],
    ['notin notin (notin)', 'notin NotIn ["notin"]'],
    ['!in,notin', 'in DoesNotExist []; notin Exists []'],
    ['x=a,x!=b', 'x In ["a"]; x NotIn ["b"]'],
    ['x = ,y', 'x In [""]; y Exists []'],
    [`${'p'.repeat(63)}.${'q'.repeat(63)}/${'k'.repeat(63)}`, `${'p'.repeat(63)}.${'q'.repeat(63)}/${'k'.repeat(63)} Exists []`],
    [`x=${'v'.repeat(63)}`, `x In ["${'v'.repeat(63)}"]`],
    ['a=b,c!=d,e in (f),!g,h', 'a In ["b"]; c NotIn ["d"]; e In ["f"]; g DoesNotExist []; h Exists []'],
    ['app.kubernetes.io/name=triton', 'app.kubernetes.io/name In ["triton"]'],
    ['x=A_b-c.9', 'x In ["A_b-c.9"]'],
    ['\tx\n=\ra ', 'x In ["a"]'],
  ])('%j', (text, requirements) => {
    expect(read(text)).toBe(requirements);
    expect(read(text)).toBe(requirements);
  });

  it.each([
    [',', 'expected a label key, got "," at character 1'],
    ['x,', 'expected a label key, got the end at character 3'],
    ['x,,y', 'expected a label key, got "," at character 3'],
    ['x=a y', 'expected "," or the end, got "y" at character 5'],
    ['x a', 'expected one of =, ==, !=, in, notin, got "a" at character 3'],
    ['x>1', 'expected one of =, ==, !=, in, notin, got ">" at character 2'],
    ['x<1', 'expected one of =, ==, !=, in, notin, got "<" at character 2'],
    ['x in (1),y>=2', 'expected one of =, ==, !=, in, notin, got ">" at character 11'],
    ['!=x', 'expected a label key, got "!=" at character 1'],
    ['x!==a', 'expected a value, got "=" at character 4'],
    ['x notin', 'expected "(", got the end at character 8'],
    ['x in (a))', 'expected "," or the end, got ")" at character 9'],
    [
      'x\u0000=a',
      'label key "x\\u0000" may hold letters, digits, "-", "_" and ".", and begins and ends with a letter or digit at character 1',
    ],
    [
      'x=a\u00a0',
      'label value "a\u00a0" may hold letters, digits, "-", "_" and ".", and begins and ends with a letter or digit at character 3',
    ],
    ['x===a', 'expected a value, got "=" at character 4'],
    ['x=!a', 'expected a value, got "!" at character 3'],
    ['x in a', 'expected "(", got "a" at character 6'],
    ['x in', 'expected "(", got the end at character 5'],
    ['x in (a', 'expected "," or ")", got the end at character 8'],
    ['x in (a b)', 'expected "," or ")", got "b" at character 9'],
    ['x in (a,!)', 'expected a value, got "!" at character 9'],
    ['!!x', 'expected a label key, got "!" at character 2'],
    ['!x=a', 'expected "," or the end, got "=" at character 3'],
    ['=a', 'expected a label key, got "=" at character 1'],
    ['(x)', 'expected a label key, got "(" at character 1'],
    ['x=-a', 'label value "-a" may hold letters, digits, "-", "_" and ".", and begins and ends with a letter or digit at character 3'],
    ['x in (b,ä)', 'label value "ä" may hold letters, digits, "-", "_" and ".", and begins and ends with a letter or digit at character 9'],
    ['_x', 'label key "_x" may hold letters, digits, "-", "_" and ".", and begins and ends with a letter or digit at character 1'],
    ['a/b/c', 'label key "b/c" may hold letters, digits, "-", "_" and ".", and begins and ends with a letter or digit at character 1'],
    ['Up.io/x', 'label key "Up.io/x" has a prefix that is no DNS name at character 1'],
    ['/x', 'label key "/x" has a prefix that is no DNS name at character 1'],
    [`${'p'.repeat(254)}/x`, `label key "${'p'.repeat(49)}…" has a prefix that is no DNS name at character 1`],
    [`x=${LONG}`, `label value "${LONG.slice(0, 49)}…" is longer than 63 characters at character 3`],
    [`!${LONG}`, `label key "${LONG.slice(0, 49)}…" is longer than 63 characters at character 2`],
  ])('refuses %j', (text, problem) => {
    const quoted = JSON.stringify(text.length > 50 ? `${text.slice(0, 49)}…` : text);
    const message = `cannot parse metricLabelSelector ${quoted}: ${problem}; write it as in kubectl -l`;
    expect(() => parseSelector('metricLabelSelector', text)).toThrow(new StatusError(400, message));
  });

  it('never fails otherwise than with a 400', () => {
    const pieces = fc.constantFrom('a', 'b.c', 'p/k', '=', '==', '!=', '!', '(', ')', ',', ' ', 'in', 'notin', '>', 'ä');
    const texts = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseSelector('labelSelector', text);
        } catch (error) {
          expect(error).toMatchObject({ code: 400 });
        }
      }),
    );
  });

  it('takes an absent parameter for everything', () => {
    expect(parseSelector('labelSelector', null)).toEqual([]);
  });
});
