// Which Triton is on a Jetson, from targets alone.
import { expect, it } from 'vitest';
import { Jetsons } from '../../../src/app/ingest/jetsons.ts';
import type { Target } from '../../../src/model/target.ts';
import { targetOf } from '../../sources/support.ts';

const jetson = (name: string, labels = {}): Target => ({ ...targetOf('tegrastats', labels), url: `tegrastats:${name}` });
const triton = (host: string, labels = {}): Target => ({ ...targetOf('triton', labels), url: `http://${host}:8002/metrics` });

it.each([
  { name: 'this machine', targets: [jetson('nano')], target: triton('127.0.0.1'), is: true },
  { name: 'this machine, by name', targets: [jetson('nano')], target: triton('localhost'), is: true },
  { name: 'this machine, IPv6', targets: [jetson('nano')], target: triton('[::1]'), is: true },
  { name: 'a machine of that name', targets: [jetson('nano')], target: triton('nano'), is: true },
  { name: 'another machine', targets: [jetson('nano')], target: triton('10.0.0.7'), is: false },
  { name: 'the same node', targets: [jetson('x', { node: 'n1' })], target: triton('10.0.0.7', { node: 'n1' }), is: true },
  { name: 'another node', targets: [jetson('x', { node: 'n1' })], target: triton('127.0.0.1', { node: 'n2' }), is: false },
  { name: 'no Jetson', targets: [targetOf('dcgm')], target: triton('127.0.0.1'), is: false },
])('$name: $is', ({ targets, target, is }) => {
  expect(new Jetsons(() => targets).has(target)).toBe(is);
});

it('looks again when targets come or go', () => {
  let targets: readonly Target[] = [];
  const jetsons = new Jetsons(() => targets);
  expect(jetsons.has(triton('127.0.0.1'))).toBe(false);
  targets = [jetson('nano')];
  expect(jetsons.has(triton('127.0.0.1'))).toBe(true);
});
