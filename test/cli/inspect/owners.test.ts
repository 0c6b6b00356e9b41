import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../arch/source-files.ts';
import { plimsoll } from '../support.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-owners-'));
const file = join(folder, 'plimsoll.yaml');

const SAID: Readonly<Record<string, string>> = {
  '/slices': readFileSync(join(ROOT, 'fixtures/dcgm/authored-4.8-mig-vgpu-pods.txt'), 'utf8'),
  '/bare': 'DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1",Hostname="n"} 40\nDCGM_FI_DEV_GPU_TEMP{gpu="1",UUID="GPU-2",Hostname="n"} 41\n',
  '/a': 'nv_gpu_utilization{gpu_uuid="GPU-1"} 0.5\n',
  '/b': 'nv_inference_count{model="m",version="1"} 1\n',
};

let server: Server;
let address = '';
const asked = new Map<string, number>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const text = SAID[path];
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  address = `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Job {
  readonly path: string;
  readonly source: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** `plimsoll inspect --config FILE` on these targets, which are named by their paths. */
async function inspected(jobs: readonly Job[], flags: readonly string[] = []): Promise<{ code: number; out: string }> {
  const scrapeConfigs = jobs.map(({ path, source, labels = {} }) => ({
    job_name: path,
    source,
    metrics_path: path,
    static_configs: [{ targets: [address], labels: { instance: path, ...labels } }],
  }));
  writeFileSync(file, JSON.stringify({ scrape_configs: scrapeConfigs }));
  asked.clear();
  return await plimsoll(['inspect', ...flags, '--config', file], { stop: new AbortController().signal });
}

const BARE: readonly Job[] = [
  { path: '/bare', source: 'dcgm', labels: { node: 'n' } },
  { path: '/a', source: 'triton', labels: { namespace: 'ml', pod: 'a', node: 'n' } },
  { path: '/b', source: 'triton', labels: { namespace: 'ml', pod: 'b', node: 'n' } },
];

describe('inspect --config', () => {
  it('shows each GPU, its owner and the evidence, from one reading of each target', async () => {
    const { code, out } = await inspected(BARE);
    expect(code).toBe(0);
    expect(out).toContain('  GPU-1  on n\n    ml/a by triton-uuid\n');
    expect(out).toMatch(/ {2}GPU-2 {2}on n\n {4}ambiguous, may be ml\/b's: .* 2 pods there serve Triton;/);
    expect([...asked]).toEqual([
      ['/bare', 1],
      ['/a', 1],
      ['/b', 1],
    ]);
  });

  it('is the same in another order of targets', async () => {
    const gpus = (text: string): unknown => JSON.parse(text).gpus;
    const { out } = await inspected(BARE, ['--json']);
    expect(gpus((await inspected(BARE.toReversed(), ['--json'])).out)).toEqual(gpus(out));
  });

  it('shows slices, and who shares them', async () => {
    const { out } = await inspected([{ path: '/slices', source: 'dcgm' }]);
    expect(out).toContain(
      'instance 1  on gpu-node-b\n    demo/triton-0 (triton) by exporter-labels, shared by 2 pods\n    demo/triton-1 (triton) by exporter-labels, shared by 2 pods\n',
    );
    expect(out).toContain('instance 2  on gpu-node-b\n    demo/triton-2 (triton) by exporter-labels\n');
  });

  it('says which targets could not be read, and whose GPUs nobody holds', async () => {
    const { code, out } = await inspected([
      { path: '/bare', source: 'dcgm' },
      { path: '/nothing', source: 'triton' },
    ]);
    expect(code).toBe(0);
    expect(out).toContain('triton     /nothing  the server answered 404');
    expect(out).toContain('GPU-1  on n\n    no owner is known\n');
    expect(out).toContain('no-pod-labels: /bare:');
  });

  it('fails when no target could be read', async () => {
    expect((await inspected([{ path: '/nothing', source: 'dcgm' }])).code).toBe(1);
  });

  it('takes no input besides', async () => {
    const { code, err } = await plimsoll(['inspect', '--config', file, 'other']);
    expect([code, err]).toEqual([2, expect.stringContaining('it takes an input or --config, not both: "other"')]);
  });
});
