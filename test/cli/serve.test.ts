import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { EPHEMERAL, plimsoll } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-serve-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const URL_ARGUMENT = 'http://127.0.0.1:8002/metrics';

describe('usage errors have exit code 2', () => {
  it.each([
    { args: [], cause: 'it needs the URL of an exposition, or --config FILE' },
    { args: ['localhost:8002'], cause: '"localhost:8002" is not an http or https URL; write it as http://HOST:8002/metrics' },
    {
      args: ['http://u:secret@h:8002/metrics'],
      cause: 'a URL must not carry a password, which process lists show; use --config with basic_auth and password_file',
    },
    { args: ['--config', 'c.yaml', 'http://u:secret@h'], cause: 'it takes URLs or --config, not both: "…@h"' },
    { args: ['--config', 'c.yaml', '--source', 'dcgm'], cause: '--source is about URLs; in a file, each job says its source' },
    {
      args: ['--config', 'c.yaml', '--proc'],
      cause: '--proc is not for --config; in a file, write a job with source: proc',
    },
    {
      args: ['--config', 'c.yaml', '--tegrastats', '--proc'],
      cause: '--tegrastats is not for --config; in a file, write a job with source: tegrastats',
    },
    {
      args: ['--proc', URL_ARGUMENT],
      cause: '--proc takes no URL; write URLs before it, or --proc= without a value',
    },
    { args: [URL_ARGUMENT, '--source', 'jetson'], cause: '--source is "jetson"; expected triton, dcgm or llm' },
    { args: [URL_ARGUMENT, '--interval', '2s'], cause: 'there is no option "--interval"' },
  ])('$args', async ({ args, cause }) => {
    expect(await plimsoll(['serve', ...args])).toEqual({
      code: 2,
      out: '',
      err: `plimsoll: cannot run plimsoll serve: ${cause}; see plimsoll serve --help\n`,
    });
  });
});

describe('a wrong value of a setting names the flag and the setting', () => {
  it.each([
    [['--retention', '5x'], '--retention (retention): expected a duration above zero such as 500ms, 5s or 1m30s, got "5x"'],
    [['--shard', '0/3'], '--shard (shard): shards are counted from 1; write 1/3 for the first, got "0/3"'],
    [['--shard', '4/3'], '--shard (shard): there is no shard 4 of 3; write 1/3 to 3/3, got "4/3"'],
    [['--shard', 'x'], '--shard (shard): expected the number of this process and how many there are, such as 2/3, got "x"'],
    [['--log-level', 'loud'], '--log-level (log.level): expected one of debug, info, warn, error, got "loud"'],
    [
      ['--telemetry-listen', '9410'],
      '--telemetry-listen (telemetry.listen): expected host:port such as 127.0.0.1:9443 or [::1]:9443, got "9410"',
    ],
    [
      ['--telemetry-listen', '0.0.0.0:9410'],
      'telemetry.authentication: it has to be said who may ask at "0.0.0.0", which is no loopback address; choose delegated (whom the cluster lets), basic (one user name and password), certificate (client certificates of one authority) or none (everybody who can reach it)',
    ],
    [
      ['--metrics-api-listen', '0.0.0.0:9443'],
      '--metrics-api-listen (metrics_api.listen): authentication none is accepted on a loopback address only, got "0.0.0.0"; listen on 127.0.0.1 or set metrics_api.authentication to delegated',
    ],
    [
      ['--scrape-interval', '5m'],
      '--scrape-interval (scrape.interval): 300000 ms leaves fewer than two samples in retention (300000 ms); shorten it or raise retention',
    ],
  ])('%j', async (flags, problem) => {
    expect(await plimsoll(['serve', URL_ARGUMENT, ...flags])).toEqual({
      code: 2,
      out: '',
      err: `plimsoll: cannot use the command line: 1 problem\n  ${problem}\n`,
    });
  });

  it('beside a file too', async () => {
    const config = file('good.yaml', 'retention: 10m\n');
    const { code, err } = await plimsoll(['serve', '--config', config, '--retention', '5x']);
    expect({ code, err }).toEqual({
      code: 2,
      err: `plimsoll: cannot use the configuration file ${config}: 1 problem\n  --retention (retention): expected a duration above zero such as 500ms, 5s or 1m30s, got "5x"\n`,
    });
  });
});

describe('a configuration file', () => {
  it('that is not there', async () => {
    const { code, err } = await plimsoll(['serve', '--config', 'none.yaml']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'plimsoll: cannot read the configuration file "none.yaml": no such file; check the path given to --config\n',
    });
  });

  it('with several problems, all told at once', async () => {
    const config = file('bad.yaml', 'scrap: {}\nretention: 5 minutes\nscrape_configs: [{job_name: a, scheme: ftp}]\n');
    const { code, err } = await plimsoll(['serve', '--config', config]);
    expect({ code, lines: err.split('\n') }).toEqual({
      code: 2,
      lines: [
        `plimsoll: cannot use the configuration file ${config}: 3 problems`,
        '  scrape_configs[0].scheme: expected one of http, https, got "ftp"',
        '  retention: expected a duration above zero such as 500ms, 5s or 1m30s, got "5 minutes"',
        '  scrap: unknown key; did you mean scrape?',
        '',
      ],
    });
  });

  it('that is right is served', async () => {
    const config = file('right.yaml', 'scrape_configs: [{job_name: a, static_configs: [{targets: ["127.0.0.1:1", "127.0.0.1:2"]}]}]\n');
    const { code, err } = await plimsoll(['serve', '--config', config, ...EPHEMERAL]);
    expect(code).toBe(0);
    expect(logsOf(err)[0]).toMatchObject({ msg: 'listening', targets: 2 });
  });
});

it.each(['metrics-api-listen', 'telemetry-listen'])('a port in use has exit code 1 and names --%s', async (flag) => {
  const port = portOf(await listening(createServer()));
  const { code, err } = await plimsoll(['serve', URL_ARGUMENT, ...EPHEMERAL, `--${flag}`, `127.0.0.1:${port}`]);
  expect({ code, err }).toEqual({
    code: 1,
    err: `plimsoll: cannot listen on 127.0.0.1:${port}: the port is in use; stop the program that has it, or choose another with --${flag} HOST:PORT\n`,
  });
});

it('serves what the URLs name: a Triton as a pod called after its address, the port 9400 as a DCGM exporter', async () => {
  const text = readFileSync(new URL('../../fixtures/triton/real-2.51.0-cpu.txt', import.meta.url), 'utf8');
  const asked: string[] = [];
  const triton = await listening(
    createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(text);
    }),
  );
  const stop = new AbortController();
  let log = '';
  const urls = [`http://127.0.0.1:${portOf(triton)}/?full=1`, 'http://127.0.0.1:9400'];
  const ended = plimsoll(['serve', ...urls, '--scrape-interval', '100ms', ...EPHEMERAL], {
    stop: stop.signal,
    stderr: (line) => {
      log += line;
    },
  });
  const page = await metricsWith(/source="triton"[\s\S]*^plimsoll_triton_pending_requests\{/m, () => log);
  stop.abort();
  expect((await ended).code).toBe(0);
  const instance = `127.0.0.1:${portOf(triton)}`;
  expect(page).toContain(`plimsoll_target_up{job="triton-0",instance="${instance}",source="triton"} 1\n`);
  expect(page).toMatch(/^plimsoll_target_up\{job="dcgm-1",instance="127\.0\.0\.1:9400",source="dcgm"\} [01]$/m);
  expect(page).toContain(`plimsoll_triton_pending_requests{namespace="default",pod="${instance.replace(':', '-')}"} `);
  expect(new Set(asked)).toEqual(new Set(['/metrics?full=1']));
});

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function logsOf(err: string): Record<string, unknown>[] {
  return err
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The page of metrics, once it says what is waited for. */
async function metricsWith(expected: RegExp, log: () => string): Promise<string> {
  let page = '';
  for (let attempt = 0; attempt < 200 && !expected.test(page); attempt += 1) {
    await setTimeout(25);
    const url = /"telemetry":"([^"]+)"/.exec(log())?.[1];
    if (url !== undefined) page = await (await fetch(`${url}/metrics`)).text();
  }
  return page;
}
