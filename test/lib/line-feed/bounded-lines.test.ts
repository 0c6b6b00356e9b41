// Lines come out as they went in, however the chunks cut them; one that is too long costs itself.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoundedLines } from '../../../src/lib/line-feed/bounded-lines.ts';

function linesOf(chunks: readonly Uint8Array[], maxBytes = 10): string[] {
  const said: string[] = [];
  const lines = new BoundedLines({ line: (text) => void said.push(text), longLine: () => void said.push('<long>') }, maxBytes);
  for (const chunk of chunks) lines.add(chunk);
  return said;
}

it.each([
  { chunks: ['a\nb\n'], said: ['a', 'b'] },
  { chunks: ['a', 'b\n', '\nc'], said: ['ab', ''] },
  { chunks: ['0123456789\n'], said: ['0123456789'] },
  { chunks: ['0123456789x\nok\n'], said: ['<long>', 'ok'] },
  { chunks: ['01234', '56789', 'x', 'yyyy', '\nok\n'], said: ['<long>', 'ok'] },
  // Half a character of two bytes.
  { chunks: [Buffer.from('é\n').subarray(0, 1), Buffer.from('é\n').subarray(1)], said: ['é'] },
])('$chunks', ({ chunks, said }) => {
  expect(linesOf(chunks.map((chunk) => Buffer.from(chunk)))).toEqual(said);
});

it('says what was written, wherever it is cut', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll('\n', ''));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((one, other) => one - other), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      expect(linesOf(chunks, 1000)).toEqual(lines);
    }),
  );
});

it('holds no more than a line, whatever comes without an end', () => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  expect(linesOf([...Array.from({ length: 160 }, () => chunk), Buffer.from('\nRAM\n')], 16 * 1024)).toEqual(['<long>', 'RAM']);
});

it('forgets what waits when told so', () => {
  const said: string[] = [];
  const lines = new BoundedLines({ line: (text) => void said.push(text), longLine: () => {} });
  lines.add(Buffer.from('half'));
  lines.reset();
  lines.add(Buffer.from('whole\n'));
  expect(said).toEqual(['whole']);
});
