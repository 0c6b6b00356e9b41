// What is no number, duration, string or regular expression, at its place, in Prometheus's words.
import { describe, expect, it } from 'vitest';
import { refusalOf } from './support/refusal.ts';

describe('numbers and durations', () => {
  it.each([
    ['1.2.3', '1:1: bad number or duration syntax: "1.2."'],
    ['.5.5', '1:1: error parsing number: strconv.ParseFloat: parsing ".5.5": invalid syntax'],
    ['5mm', '1:1: bad number or duration syntax: "5mm"'],
    ['1s1m', '1:1: not a valid duration string: "1s1m"'],
    ['1m1m', '1:1: not a valid duration string: "1m1m"'],
    ['5x', '1:1: bad number or duration syntax: "5"'],
    ['1.5m', '1:1: unknown unit "." in duration "1.5m"'],
    ['0xZZ', '1:1: bad number or duration syntax: "0x"'],
    ['0x', '1:1: error parsing number: strconv.ParseFloat: parsing "0x": invalid syntax'],
    ['0x1.5', '1:1: bad number or duration syntax: "0x1."'],
    ['0x8000000000000000', '1:1: error parsing number: strconv.ParseFloat: parsing "0x8000000000000000": invalid syntax'],
    ['1__0', '1:1: bad number or duration syntax: "1__"'],
    ['1_', '1:1: bad number or duration syntax: "1_"'],
    ['1e', '1:1: bad number or duration syntax: "1e"'],
    ['1e+', '1:1: bad number or duration syntax: "1e+"'],
    ['1e5e5', '1:1: bad number or duration syntax: "1e5e"'],
    ['1e5.5', '1:1: error parsing number: strconv.ParseFloat: parsing "1e5.5": invalid syntax'],
    ['1e1_', '1:1: bad number or duration syntax: "1e1_"'],
    ['1e309', '1:1: error parsing number: strconv.ParseFloat: parsing "1e309": value out of range'],
    ['1e400', '1:1: error parsing number: strconv.ParseFloat: parsing "1e400": value out of range'],
    ['293y', '1:1: duration out of range'],
    ['300000000000000000000s', '1:1: not a valid duration string: "300000000000000000000s"'],
    ['99999999999999999999s', '1:1: not a valid duration string: "99999999999999999999s"'],
    ['1h30', '1:1: bad number or duration syntax: "1h30"'],
    ['0x1e+5', '1:1: error parsing number: strconv.ParseFloat: parsing "0x1e+5": invalid syntax'],
    ['1e_5', '1:1: bad number or duration syntax: "1e_"'],
    ['1ms5s', '1:1: not a valid duration string: "1ms5s"'],
    ['5hs', '1:1: unknown unit "hs" in duration "5hs"'],
    ['08x', '1:1: bad number or duration syntax: "08"'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('strings', () => {
  it.each([
    ['"abc', '1:1: unterminated quoted string'],
    ["'abc", '1:1: unterminated quoted string'],
    ['`abc', '1:1: unterminated raw string'],
    ['"a\nb"', '1:1: unterminated quoted string'],
    [String.raw`"\q"`, "1:1: unknown escape sequence U+0071 'q'"],
    [String.raw`"\ud800"`, '1:1: escape sequence is an invalid Unicode code point'],
    [String.raw`"\U00110000"`, '1:1: escape sequence is an invalid Unicode code point'],
    [String.raw`"\x4"`, "1:1: illegal character U+0022 '\"' in escape sequence"],
    [String.raw`"\xg0"`, "1:1: illegal character U+0067 'g' in escape sequence"],
    [String.raw`"\u12"`, "1:1: illegal character U+0022 '\"' in escape sequence"],
    [String.raw`"\18"`, "1:1: illegal character U+0038 '8' in escape sequence"],
    [String.raw`"\400"`, '1:1: escape sequence is an invalid Unicode code point'],
    ['"\\', '1:1: escape sequence not terminated'],
    [String.raw`"\x`, '1:1: escape sequence not terminated'],
    [String.raw`"\'"`, "1:1: unknown escape sequence U+0027 '''"],
    [String.raw`'\"'`, "1:1: unknown escape sequence U+0022 '\"'"],
    ['"�"', '1:1: invalid UTF-8 rune'],
    ['`�`', '1:1: invalid UTF-8 rune'],
    [String.raw`"\é"`, "1:1: unknown escape sequence U+00E9 'é'"],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});

describe('regular expressions', () => {
  it.each([
    ['foo{a=~"("}', '1:5: error parsing regexp: missing closing ): `(`'],
    ['foo{a!~"a)"}', '1:5: error parsing regexp: unexpected ): `a)`'],
    ['foo{b="c",a=~"*"}', '1:11: error parsing regexp: missing argument to repetition operator: `*`'],
    ['foo{a=~"[a"}', '1:5: error parsing regexp: missing closing ]: `[a`'],
    [String.raw`foo{a=~"a\\"}`, '1:5: error parsing regexp: trailing backslash at end of expression: ``'],
    ['foo{a=~"(?=a)"}', '1:5: error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    [String.raw`foo{a=~"\\pX"}`, '1:5: error parsing regexp: invalid character class range: `\\pX`'],
    ['foo{a=~"x{1001}"}', '1:5: error parsing regexp: invalid repeat count: `{1001}`'],
    ['foo{a=~"(?P<n"}', '1:5: error parsing regexp: invalid named capture: `(?P<n`'],
    ['foo{a=~"a**"}', '1:5: error parsing regexp: invalid nested repetition operator: `**`'],
  ])('%j', (text, message) => {
    expect(refusalOf(text)).toEqual({ failure: 'bad-expression', message });
  });
});
