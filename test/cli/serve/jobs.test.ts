import { describe, expect, it } from 'vitest';
import { jobsOfUrls } from '../../../src/cli/serve/jobs.ts';

describe('each URL is a job', () => {
  it.each([
    { url: 'http://gpu-1:8002/metrics', target: 'gpu-1:8002', path: '/metrics', pod: 'gpu-1-8002' },
    { url: 'http://gpu-1:8002', target: 'gpu-1:8002', path: '/metrics', pod: 'gpu-1-8002' },
    { url: 'http://10.0.0.7/', target: '10.0.0.7:80', path: '/metrics', pod: '10.0.0.7-80' },
    { url: 'https://gpu-1', target: 'gpu-1:443', path: '/metrics', pod: 'gpu-1-443' },
    { url: 'http://[::1]:8002', target: '[::1]:8002', path: '/metrics', pod: '1-8002' },
    { url: 'http://h:1/a/b?c=d#e', target: 'h:1', path: '/a/b?c=d', pod: 'h-1' },
  ])('$url', ({ url, target, path, pod }) => {
    expect(jobsOfUrls([url], undefined)).toEqual([
      {
        job_name: 'triton',
        source: 'triton',
        scheme: new URL(url).protocol.slice(0, -1),
        metrics_path: path,
        static_configs: [{ targets: [target], labels: { namespace: 'default', pod } }],
      },
    ]);
  });
});

describe('the source', () => {
  it.each([
    { name: 'is told by the port', source: undefined, sources: ['triton', 'dcgm'] },
    { name: 'is what was said', source: 'dcgm', sources: ['dcgm', 'dcgm'] },
    { name: 'is what was said, against the port', source: 'triton', sources: ['triton', 'triton'] },
  ])('$name', ({ source, sources }) => {
    const jobs = jobsOfUrls(['http://h:8002', 'http://h:9400'], source);
    expect(jobs.map((job) => job.source)).toEqual(sources);
    expect(jobs.map((job) => job.job_name)).toEqual(sources.map((name, index) => `${name}-${index}`));
  });

  it('of a DCGM exporter names no pod: its series say whose they are', () => {
    expect(jobsOfUrls(['http://h:9400'], undefined)[0]?.static_configs).toEqual([{ targets: ['h:9400'], labels: {} }]);
  });
});

describe('refuses', () => {
  it.each([
    [['ftp://h/metrics'], '"ftp://h/metrics" is not an http or https URL; write it as http://HOST:8002/metrics'],
    [['http://h:99999'], '"http://h:99999" is not an http or https URL; write it as http://HOST:8002/metrics'],
    [['u:secret@h:8002'], '"…@h:8002" is not an http or https URL; write it as http://HOST:8002/metrics'],
    [['http://h:8002', 'http://h:8002/metrics'], '"http://h:8002/metrics" is given twice'],
    [['http://h:80/metrics', 'http://H/metrics'], '"http://h/metrics" is given twice'],
    [['http://u@h:8002'], 'a URL must not carry a password'],
  ])('%j', (urls, cause) => {
    const message = expect.stringContaining(`cannot run plimsoll serve: ${cause}`);
    expect(() => jobsOfUrls(urls, undefined)).toThrow(expect.objectContaining({ exitCode: 2, message }));
  });
});
