import { describe, expect, it } from 'vitest';
import { settingsOf, settingsOfFile } from '../../src/app/settings.ts';
import { UserError } from '../../src/lib/user-error.ts';
import { configFile } from './support/config-file.ts';

const FILE = `
scrape:
  interval: 10s
scrape_configs:
  - job_name: triton
    static_configs:
      - targets: [a:8002, b:8002]
`;

describe('settingsOfFile', () => {
  it('gives the configuration and the targets it names; what the command line says wins', async () => {
    const { path } = await configFile(FILE);
    const { config, targets } = await settingsOfFile(path, [{ path: ['scrape', 'interval'], value: '2s' }]);
    expect(config.scrape.interval).toBe(2000);
    expect(targets.map(({ url, intervalMs }) => ({ url, intervalMs }))).toEqual([
      { url: 'http://a:8002/metrics', intervalMs: 2000 },
      { url: 'http://b:8002/metrics', intervalMs: 2000 },
    ]);
  });

  it('names the problems of settings and of targets', async () => {
    const { path } = await configFile(`${FILE.replace('b:8002', 'http://b:8002/')}\nretention: 15s\n`);
    const error = await settingsOfFile(path, []).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /: 2 problems\n {2}scrape\.interval: .*\n {2}scrape_configs\[0\]\.static_configs\[0\]\.targets\[1\]: /,
      ),
    });
  });
});

describe('settingsOf', () => {
  it('gives the defaults and no targets for nothing', () => {
    const { config, targets } = settingsOf('the command line', []);
    expect(config.scrape.interval).toBe(5000);
    expect(targets).toEqual([]);
  });

  it('names where a problem comes from', () => {
    const wrong = [{ path: ['retention'], value: 'soon' }];
    expect(() => settingsOf('the command line', wrong)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringMatching(/the command line: 1 problem\n {2}retention: /),
      }),
    );
  });
});
