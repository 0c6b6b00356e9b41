// Whoever may not ask is told so by Plimsoll in the same words as by kube-apiserver: both see the same question in the same request.
import { Agent, request } from 'undici';
import { expect, it } from 'vitest';
import * as z from 'zod';
import type { KeyPair } from './control-plane/pki.ts';
import { useRig } from './rig/use-rig.ts';

let credentials: KeyPair;
const rig = useRig({ name: 'refusals' }, async ({ controlPlane, plimsoll }) => {
  credentials = await controlPlane.authority.issue({ commonName: 'somebody' });
  await plimsoll.ready(90_000);
});

const refusal = z.object({ code: z.number(), reason: z.string(), message: z.string() });

async function ask(url: string, servername: string): Promise<z.infer<typeof refusal>> {
  const { certPem: cert, keyPem: key } = credentials;
  const agent = new Agent({ connect: { ca: rig().controlPlane.caPem, cert, key, servername } });
  try {
    const { body } = await request(url, { dispatcher: agent });
    return refusal.parse(await body.json());
  } finally {
    await agent.close();
  }
}

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';

it.each([
  `${CUSTOM}/namespaces/demo/pods/%2A/m?labelSelector=a`,
  `${CUSTOM}/namespaces/demo/deployments.apps/d/m`,
  `${CUSTOM}/namespaces/demo/metrics/m`,
  `${CUSTOM}/nodes/n/m`,
  `${CUSTOM}/namespaces/demo/pods/p`,
  `${CUSTOM}/namespaces/demo/pods`,
  `${CUSTOM}/namespaces`,
  `${CUSTOM}/namespaces/demo/status`,
  `${CUSTOM}/watch/namespaces/demo/pods/p`,
  `${EXTERNAL}/namespaces/demo/m`,
  `${EXTERNAL}/namespaces/demo/m?watch=1`,
  `${EXTERNAL}/namespaces/demo/m?watch=false&fieldSelector=metadata.name%3Dx`,
  `${EXTERNAL}/namespaces/demo/m?fieldSelector=metadata.namespace%3Dx`,
  '/metrics',
  '/logs/x',
])('%s', async (path) => {
  const { controlPlane, plimsoll } = rig();
  const theirs = await ask(`${controlPlane.server}${path}`, 'localhost');
  expect(theirs).toMatchObject({ code: 403, reason: 'Forbidden', message: expect.stringContaining('User "somebody" cannot') });
  expect(await ask(`${plimsoll.metricsApiUrl}${path}`, 'plimsoll.plimsoll.svc')).toEqual(theirs);
});
