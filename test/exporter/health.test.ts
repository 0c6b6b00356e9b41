import { describe, expect, it } from 'vitest';
import { type HealthCheck, reportHealth } from '../../src/exporter/health.ts';

const GOOD: HealthCheck = { name: 'loop', check: () => ({ ok: true, why: 'scrapes go on' }) };
const BAD: HealthCheck = { name: 'targets', check: () => ({ ok: false, why: '0 of 2 tried' }) };
const BROKEN: HealthCheck = {
  name: 'store',
  check: () => {
    throw new Error('no store');
  },
};
const ODD: HealthCheck = {
  name: 'odd',
  check: () => {
    throw 'text';
  },
};

describe('reportHealth', () => {
  it.each([
    { name: 'nothing to check', checks: [], isVerbose: false, code: 200, body: 'ok\n' },
    { name: 'all well', checks: [GOOD], isVerbose: false, code: 200, body: 'ok\n' },
    { name: 'all well, in words', checks: [GOOD], isVerbose: true, code: 200, body: '[+] loop: scrapes go on\nok\n' },
    {
      name: 'one fails',
      checks: [GOOD, BAD],
      isVerbose: false,
      code: 503,
      body: '[+] loop: scrapes go on\n[-] targets: 0 of 2 tried\nfailed\n',
    },
    { name: 'checks that throw', checks: [BROKEN, ODD], isVerbose: true, code: 503, body: '[-] store: no store\n[-] odd: text\nfailed\n' },
  ])('$name', ({ checks, isVerbose, code, body }) => {
    expect(reportHealth(checks, { isVerbose })).toEqual({ code, body });
  });
});
