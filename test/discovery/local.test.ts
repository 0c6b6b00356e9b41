// The machine as a target: a name in place of an address, and labels as of any other.
import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { isLocalSource } from '../../src/discovery/local.ts';
import { staticTargets } from '../../src/discovery/static.ts';

const read = (job: object) => staticTargets(configSchema.parse({ scrape_configs: [{ job_name: 'jetson', source: 'tegrastats', ...job }] }));

it.each([
  { job: {}, id: 'jetson|tegrastats:localhost', url: 'tegrastats:localhost', labels: { job: 'jetson', instance: 'localhost' } },
  {
    job: { source: 'proc', static_configs: [{ targets: ['edge-3'], labels: { node: 'n1' } }] },
    id: 'jetson|proc:edge-3',
    url: 'proc:edge-3',
    labels: { job: 'jetson', instance: 'edge-3', node: 'n1' },
  },
  {
    job: { relabel_configs: [{ target_label: 'site', replacement: 'roof' }] },
    id: 'jetson|tegrastats:localhost',
    url: 'tegrastats:localhost',
    labels: { job: 'jetson', instance: 'localhost', site: 'roof' },
  },
])('$id', ({ job, id, url, labels }) => {
  const { targets, problems } = read(job);
  expect(problems).toEqual([]);
  expect(targets).toMatchObject([{ id, url, labels: new Map(Object.entries(labels)) }]);
});

it.each(['a/b', 'a b', '', '-x', 'http://h:1'])('%j is no name of a machine', (text) => {
  const { targets, problems } = read({ static_configs: [{ targets: [text] }] });
  expect(targets).toEqual([]);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('it is no name; write one such as jetson-3')]);
});

it('has labels of its own', () => {
  const { problems } = read({ static_configs: [{ targets: ['m'], labels: { source: 'x' } }] });
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('cannot give a tegrastats target the label "source"')]);
});

it('knows which sources are no servers', () => {
  expect(['triton', 'dcgm', 'kubelet', 'generic', 'tegrastats', 'proc'].filter((name) => isLocalSource(name as 'proc'))).toEqual([
    'tegrastats',
    'proc',
  ]);
});
