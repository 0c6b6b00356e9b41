// The answer of /api/plimsoll/explain as this command reads it: another version may say more, and must say this.
import * as z from 'zod';

const sample = z.object({ value: z.number().nullable(), time: z.string() });
const strings = z.record(z.string(), z.string());

const absence = z.object({ reason: z.string(), detail: z.string(), remedy: z.string(), evidence: z.array(z.string()) });

const answer = z.object({
  pod: z.string().optional(),
  value: z.number().optional(),
  quantity: z.string().optional(),
  timestamp: z.string().optional(),
  windowSeconds: z.number().optional(),
  estimated: z.boolean().optional(),
  warnings: z.array(z.string()).optional(),
  coverage: z.object({ expected: z.number(), contributing: z.number() }).optional(),
  absent: absence.optional(),
});

const series = z.object({
  name: z.string(),
  labels: strings,
  target: z.string(),
  newest: sample.optional(),
  range: z
    .object({
      seconds: z.number(),
      through: z.string(),
      samples: z.number(),
      first: sample,
      last: sample,
      perSecond: z.number().optional(),
    })
    .optional(),
  said: z
    .object({ line: z.string(), times: z.number().optional(), dividedBy: z.number().optional(), guards: z.array(z.string()) })
    .optional(),
  fact: z.string().optional(),
  leftOut: z.string().optional(),
});

const pod = z.object({
  pod: z.string(),
  ready: z.boolean(),
  readings: z
    .array(
      z.object({
        device: strings,
        value: z.number().nullable(),
        per: z.number().nullable().optional(),
        waiting: z.number().nullable().optional(),
        newest: z.string().optional(),
      }),
    )
    .optional(),
  missing: absence.extend({ expected: z.boolean() }).optional(),
  targets: z.array(z.string()),
  series: z.array(series),
  moreSeries: z.number(),
});

const target = z.object({
  id: z.string(),
  instance: z.string(),
  source: z.string(),
  state: z.string(),
  lastScrape: z.string().optional(),
  durationSeconds: z.number().optional(),
  intervalSeconds: z.number(),
  consecutiveFailures: z.number(),
  error: z.object({ failure: z.string(), message: z.string() }).optional(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});

export const explanation = z.object({
  metric: z.string(),
  unit: z.string(),
  object: z.string(),
  time: z.string(),
  engine: z.string().optional(),
  reduction: z.string(),
  answers: z.array(answer),
  expressions: z.array(z.object({ role: z.string(), short: z.string() })),
  pods: z.array(pod),
  morePods: z.number(),
  targets: z.array(target),
});

export type Explanation = z.infer<typeof explanation>;
export type Answer = z.infer<typeof answer>;
export type Pod = z.infer<typeof pod>;
export type Series = z.infer<typeof series>;
export type Target = z.infer<typeof target>;
