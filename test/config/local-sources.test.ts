// Jobs that read a machine by themselves: what is filled in, and what contradicts it.
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';

function problems(text: string): string[] {
  const result = parseConfig(text);
  return result.kind === 'problems' ? result.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}

it('a job of a machine needs its name and source alone', () => {
  expect(parseConfig('scrape_configs: [{job_name: a, source: tegrastats}, {job_name: b, source: proc}]')).toMatchObject({
    kind: 'config',
    config: {
      scrape_configs: [
        { tegrastats: { stdin: false, interval: 1000 }, static_configs: [{ targets: ['localhost'], labels: {} }] },
        { proc: { path: '/proc', cgroup_path: '/sys/fs/cgroup' }, static_configs: [{ targets: ['localhost'], labels: {} }] },
      ],
    },
  });
});

it.each([
  {
    text: 'scrape_configs: [{job_name: a, source: tegrastats, tegrastats: {file: x, stdin: true}}]',
    expected: ['scrape_configs[0].tegrastats: command, file and stdin exclude each other; keep one'],
  },
  {
    text: 'scrape_configs: [{job_name: a, source: tegrastats, tegrastats: {stdin: true}}, {job_name: b, source: tegrastats, tegrastats: {stdin: true}}]',
    expected: ['scrape_configs[1].tegrastats.stdin: another job reads standard input already; give this one a command or a file'],
  },
  {
    text: 'scrape_configs: [{job_name: a, source: proc, static_configs: [{targets: [m, n]}]}]',
    expected: ['scrape_configs[0].static_configs: source proc is one machine; name one target, and write a job for each further machine'],
  },
  {
    text: 'kubernetes: {enabled: true}\nscrape_configs: [{job_name: a, source: proc, kubernetes_sd_configs: [{role: node}]}]',
    expected: ['scrape_configs[0].kubernetes_sd_configs: source proc asks nobody over the network; leave it out'],
  },
  {
    text: 'scrape_configs: [{job_name: a, source: tegrastats, tegrastats: {command: tegrastats}}]',
    expected: ['scrape_configs[0].tegrastats.command: expected array, got "tegrastats"'],
  },
  // What is not of its source is not looked at.
  { text: 'scrape_configs: [{job_name: a, source: proc, tegrastats: {file: x, stdin: true}}]', expected: [] },
])('$expected', ({ text, expected }) => {
  expect(problems(text)).toEqual(expected);
});
