import { expect, it } from 'vitest';
import { demoGreeting } from '../../../src/cli/demo/greeting.ts';

it('says where it is, and commands to paste', async () => {
  const urls = new Map([
    ['triton-0', 'http://127.0.0.1:40001/metrics'],
    ['dcgm-exporter-0', 'http://127.0.0.1:40002/metrics'],
  ]);
  const greeting = demoGreeting({ metricsApiUrl: 'https://127.0.0.1:9443', telemetryUrl: 'http://127.0.0.1:9410' }, { urls });
  await expect(greeting).toMatchFileSnapshot('../../../fixtures/cli/greeting.txt');
});
