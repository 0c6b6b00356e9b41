// What kube-apiserver writes down of the questions of the HPA controller to metrics APIs: each sync as seen from between the two.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

export interface AuditFiles {
  readonly policyFile: string;
  readonly logFile: string;
}

/** One question of one sync. */
export interface Sync {
  /** On the wall clock. */
  readonly askedMs: number;
  readonly answeredMs: number;
  readonly status: number;
  /** Path and query. */
  readonly uri: string;
}

const HPA_CONTROLLER = 'system:serviceaccount:kube-system:horizontal-pod-autoscaler';
const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'Metadata',
      users: [HPA_CONTROLLER],
      resources: [{ group: 'custom.metrics.k8s.io' }, { group: 'external.metrics.k8s.io' }],
    },
    { level: 'None' },
  ],
};

const eventSchema = z.object({
  stage: z.string(),
  requestURI: z.string(),
  responseStatus: z.object({ code: z.number().default(0) }).prefault({}),
  requestReceivedTimestamp: z.string(),
  stageTimestamp: z.string(),
});

export async function writeAuditPolicy(folder: string): Promise<AuditFiles> {
  const policyFile = join(folder, 'audit-policy.json');
  await writeFile(policyFile, JSON.stringify(POLICY));
  return { policyFile, logFile: join(folder, 'hpa-questions.log') };
}

/** In the order in which they were answered; those about one namespace where it is named. */
export async function readSyncs({ logFile }: AuditFiles, namespace?: string): Promise<readonly Sync[]> {
  // There is none before the first.
  const text = await readFile(logFile, 'utf8').catch(() => '');
  // The last line may not be whole yet.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => eventSchema.parse(JSON.parse(line)))
    .filter(({ stage, requestURI }) => stage !== 'ResponseStarted' && (namespace === undefined || requestURI.includes(`/${namespace}/`)))
    .map(({ requestURI, responseStatus, requestReceivedTimestamp, stageTimestamp }) => ({
      askedMs: Date.parse(requestReceivedTimestamp),
      answeredMs: Date.parse(stageTimestamp),
      status: responseStatus.code,
      uri: requestURI,
    }));
}
