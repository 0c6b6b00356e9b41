// What --tegrastats and --proc stand for.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { localJobs } from '../../../src/cli/serve/local-jobs.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-flags-'));
afterAll(() => rmSync(folder, { recursive: true }));
const log = join(folder, 'tegra stats.log');
const program = join(folder, 'tegrastats');
writeFileSync(log, '');
writeFileSync(program, '');
chmodSync(log, 0o644);
chmodSync(program, 0o755);

it.each([
  { value: '', origin: {} },
  { value: '-', origin: { stdin: true } },
  { value: log, origin: { file: log } },
  { value: program, origin: { command: [program] } },
  { value: '/no/such', origin: { command: ['/no/such'] } },
  { value: folder, origin: { command: [folder] } },
  { value: 'sudo -n  tegrastats --interval 100', origin: { command: ['sudo', '-n', 'tegrastats', '--interval', '100'] } },
])('--tegrastats $value', ({ value, origin }) => {
  expect(localJobs({ tegrastats: value, proc: undefined })).toEqual([
    { job_name: 'tegrastats', source: 'tegrastats', static_configs: [{ targets: [hostname()] }], tegrastats: origin },
  ]);
});

it.each([
  { value: '', proc: {} },
  { value: '/host/proc', proc: { path: '/host/proc' } },
])('--proc $value', ({ value, proc }) => {
  expect(localJobs({ tegrastats: undefined, proc: value })).toMatchObject([{ job_name: 'proc', source: 'proc', proc }]);
});

it('neither flag is no job', () => {
  expect(localJobs({ tegrastats: undefined, proc: undefined })).toEqual([]);
});

it('takes no URL for a value, which would not be scraped then', () => {
  expect(() => localJobs({ tegrastats: 'http://127.0.0.1:8002', proc: undefined })).toThrow(
    'cannot run plimsoll serve: --tegrastats takes no URL; write URLs before it, or --tegrastats= without a value; see plimsoll serve --help',
  );
});
