// An Event about a HorizontalPodAutoscaler, as the core API has them.
//
// Of the two APIs for the same objects this is the one in which an Event that comes again may say other words: in events.k8s.io/v1 all but the
// series is fixed, and a reason that changed from one minute to the next would be told as it first was. The controller of the HPA writes its own in it too.
import { hash } from 'node:crypto';
import { formatDuration } from '../../lib/duration.ts';
import type { Absence } from './absences.ts';

export interface Autoscaler {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface AutoscalerEvent {
  readonly autoscaler: Autoscaler;
  /** Of the object; equal for the same event that comes again. */
  readonly name: string;
  readonly type: 'Warning' | 'Normal';
  readonly reason: 'MetricAbsent' | 'MetricPresent';
  readonly message: string;
  /** How often it was told, this time included. */
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

interface About {
  readonly autoscaler: Autoscaler;
  readonly absence: Absence;
  readonly question: string;
}

/** That a metric it follows has no value, told for the `count`th time. */
export function absentEvent({ autoscaler, absence, question }: About, { count, atMs }: { count: number; atMs: number }): AutoscalerEvent {
  const { sinceMs, reason, message } = absence;
  return {
    autoscaler,
    name: nameOf(autoscaler, ['absent', question, String(sinceMs)]),
    type: 'Warning',
    reason: 'MetricAbsent',
    message: `no value since ${timeText(sinceMs)} (${reason}): ${message}`,
    count,
    firstMs: sinceMs,
    lastMs: atMs,
  };
}

/** That it has one again. */
export function presentEvent({ autoscaler, absence, question }: About): AutoscalerEvent {
  const { sinceMs, lastMs, asked } = absence;
  const lasted = formatDuration(Math.round((lastMs - sinceMs) / 1000) * 1000);
  return {
    autoscaler,
    name: nameOf(autoscaler, ['present', question, String(sinceMs)]),
    type: 'Normal',
    reason: 'MetricPresent',
    message: `${asked.metric} has a value again, after ${lasted} without one`,
    count: 1,
    firstMs: lastMs,
    lastMs,
  };
}

/** As the names of other objects: 253 characters at most, and none but these at the end. */
const MOST_NAME = 253;
const HASH_CHARACTERS = 16;

function nameOf({ name, uid }: Autoscaler, parts: readonly string[]): string {
  const mark = hash('sha256', JSON.stringify([uid, ...parts])).slice(0, HASH_CHARACTERS);
  const kept = name.slice(0, MOST_NAME - HASH_CHARACTERS - 1).replace(/[.-]+$/, '');
  return `${kept}.${mark}`;
}

/** The API server refuses longer notes of Events of the newer API, which are the same objects. */
const MOST_MESSAGE_BYTES = 1024;

/** The object as it is created. */
export function eventObject(event: AutoscalerEvent): object {
  const { autoscaler, name, type, reason } = event;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: autoscaler.namespace },
    involvedObject: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', ...autoscaler },
    type,
    reason,
    source: { component: 'plimsoll' },
    reportingComponent: 'plimsoll',
    firstTimestamp: timeText(event.firstMs),
    ...eventChange(event),
  };
}

/** What changes of it when it comes again. */
export function eventChange({ message, count, lastMs }: AutoscalerEvent): object {
  return { message: shortened(message), count, lastTimestamp: timeText(lastMs) };
}

function shortened(message: string): string {
  const bytes = Buffer.from(message);
  // A character that is cut in the middle is left out: the decoder waits for the rest of it.
  return bytes.length <= MOST_MESSAGE_BYTES ? message : new TextDecoder().decode(bytes.subarray(0, MOST_MESSAGE_BYTES), { stream: true });
}

/** In whole seconds, as Kubernetes writes times. */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
