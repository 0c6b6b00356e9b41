// Ten lines of tegrastats a second, of which one is read at a scrape, and the slower way of reading each.
import { readFileSync } from 'node:fs';
import { BoundedLines } from '../../src/lib/line-feed/bounded-lines.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { NewestTegrastats } from '../../src/sources/tegrastats/newest.ts';
import { parseTegrastats } from '../../src/sources/tegrastats/parse.ts';
import { cpuMsPerCall, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';

const LINES_PER_SECOND = 10;
/** Of one core. */
const MOST_SHARE = 0.01;

const text = readFileSync(new URL('../../fixtures/tegrastats/authored-r38-thor.txt', import.meta.url));
const newest = new NewestTegrastats(new VirtualClock());
const lines = new BoundedLines(newest);
const never = new AbortController().signal;

// A scrape every second, five times as often as by default.
const second = cpuMsPerCall(() => {
  for (let line = 0; line < LINES_PER_SECOND; line += 1) lines.add(text);
  void newest.read(1000, never);
});
reportShare('ten lines of tegrastats a second, and a scrape of them', second);

const line = text.toString('utf8').trim();
const parsed = cpuMsPerCall(() => void parseTegrastats(line));
reportShare(`reading each of ten lines a second, ${shown(parsed * 1000)} CPU µs a line`, parsed * LINES_PER_SECOND);

function reportShare(work: string, msPerSecond: number): void {
  const share = msPerSecond / 1000;
  report({
    work,
    measured: `${shown(share * 100)} % of a core`,
    reference: '',
    reach: `< ${MOST_SHARE * 100} %`,
    verdict: verdictOf(share < MOST_SHARE),
  });
}
