import { expect, it } from 'vitest';
import { parseComment } from '../../src/exposition/comment.ts';

it.each([
  ['# HELP a some text', { name: 'a', help: 'some text' }],
  ['#HELP a some text', { name: 'a', help: 'some text' }],
  ['# HELP a', { name: 'a', help: '' }],
  ['# HELP a back\\\\slash\\nline \\x', { name: 'a', help: 'back\\slash\nline \\x' }],
  ['# TYPE a counter', { name: 'a', type: 'counter' }],
  ['#\tTYPE  a:b\tGauge ', { name: 'a:b', type: 'gauge' }],
  ['#TYPE a histogram', { name: 'a', type: 'histogram' }],
  ['# TYPE a summary', { name: 'a', type: 'summary' }],
  ['# TYPE a untyped', { name: 'a', type: 'unknown' }],
  ['# TYPE a info', { name: 'a', type: 'unknown' }],
  ['# TYPE a', { name: 'a', type: 'unknown' }],
  ['# HELP "gpu.power" Watts.', { name: 'gpu.power', help: 'Watts.' }],
  ['# TYPE "a\\"b\\n" gauge', { name: 'a"b\n', type: 'gauge' }],
])('reads %j', (text, comment) => {
  expect(parseComment(text)).toEqual(comment);
});

it.each([
  '#',
  '# ',
  '# text',
  '# EOF',
  '# HELP',
  '# HELP a-b text',
  '# TYPE 1 gauge',
  '# TYPE "" gauge',
  '# TYPE "a"b gauge',
  '# TYPEa gauge',
  '# UNIT a seconds',
])('%j is a plain comment', (text) => {
  expect(parseComment(text)).toBeUndefined();
});
