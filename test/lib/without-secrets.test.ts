import { expect, it } from 'vitest';
import { withoutSecrets } from '../../src/lib/without-secrets.ts';

it.each([
  ['http://host:8002/metrics', 'http://host:8002/metrics'],
  ['http://user:word@host:8002/metrics', '…@host:8002/metrics'],
  ['user:w@rd@host:8002', '…@host:8002'],
  ['http://host/metrics?token=word&x=&y=2#z', 'http://host/metrics?token=…&x=&y=…'],
  ['/metrics?full', '/metrics?full'],
  ['http://host/?token=wo@rd', '…@rd'],
  ['a=b', 'a=b'],
])('%s is shown as %s', (address, shown) => {
  expect(withoutSecrets(address)).toBe(shown);
});
