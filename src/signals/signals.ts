// The door to the signals: a question becomes pods, pods become outcomes, outcomes become an answer.
import { quote } from '../lib/quote.ts';
import type { SignalExplainer } from '../model/explanation.ts';
import { podKey } from '../model/pod.ts';
import { QueryError } from '../model/query-engine.ts';
import type {
  Absent,
  ExternalQuestion,
  ObjectQuestion,
  PodAnswer,
  PodsQuestion,
  SignalAnswer,
  SignalInfo,
  Signals,
} from '../model/signal.ts';
import { absent } from './absence.ts';
import { answerOf } from './answer.ts';
import { Arrangements } from './arrangement.ts';
import { CATALOGUE, type SignalRow } from './catalogue.ts';
import { explain } from './explain.ts';
import { type Context, inquire, type SignalsOptions } from './inquiry.ts';
import { PodLists } from './pod-lists.ts';
import { podsOfExternal, podsOfObject, unknownPod } from './resolve.ts';
import { TargetViews } from './target-view.ts';
import { signalTelemetry } from './telemetry.ts';

/** A signal that the catalogue does not have is absent with `no-data`, and the answer lists those it has. */
export function createSignals(options: SignalsOptions): Signals & SignalExplainer {
  const rows = new Map(CATALOGUE.map((row) => [row.name, row]));
  const context: Context = {
    ...options,
    telemetry: signalTelemetry(options.meter),
    views: new TargetViews(options.book),
    arrangements: new Arrangements(),
    podLists: new PodLists(),
  };
  return {
    list: () => CATALOGUE.map(infoOf),
    ofPods: async (question) => {
      const row = rows.get(question.signal);
      if (row !== undefined) return await answerPods(context, { ...question, row });
      return question.pods.map((pod) => ({ pod, answer: unknownSignal(question.signal) }));
    },
    ofObject: async (question) => {
      const row = rows.get(question.signal);
      return row === undefined ? unknownSignal(question.signal) : await answerObject(context, { ...question, row });
    },
    ofExternal: async (question) => {
      const row = rows.get(question.signal);
      return row === undefined ? unknownSignal(question.signal) : await answerExternal(context, { ...question, row });
    },
    explain: async (question) => {
      const row = rows.get(question.signal);
      if (row === undefined) throw new QueryError('bad-expression', unknownSignal(question.signal).detail);
      return await explain(context, { ...question, row });
    },
  };
}

type Asked<Question> = Omit<Question, 'signal'> & { readonly row: SignalRow };

async function answerPods(context: Context, question: Asked<PodsQuestion>): Promise<readonly PodAnswer[]> {
  const { pods, isComplete } = context.podLists.of(question.pods, context.inventory());
  const { outcomes, basis } = await inquire(context, { ...question, pods });
  if (isComplete) return outcomes.map((outcome) => ({ pod: outcome.pod, answer: answerOf([outcome], basis) }));
  const answers = new Map(outcomes.map((outcome) => [podKey(outcome.pod), answerOf([outcome], basis)]));
  return question.pods.map((pod) => ({ pod, answer: answers.get(podKey(pod)) ?? unknownPod(pod) }));
}

async function answerObject(context: Context, question: Asked<ObjectQuestion>): Promise<SignalAnswer> {
  const pods = podsOfObject(context.inventory(), question.object);
  if ('kind' in pods) return pods;
  const known = context.podLists.of(pods, context.inventory());
  const { outcomes, basis } = await inquire(context, { ...question, pods: known.pods });
  return answerOf(outcomes, basis);
}

async function answerExternal(context: Context, question: Asked<ExternalQuestion>): Promise<SignalAnswer> {
  const scope = podsOfExternal(context.inventory(), { ...question, info: question.row });
  if ('kind' in scope) return scope;
  const { pods } = context.podLists.of(scope.pods, context.inventory());
  const { outcomes, basis } = await inquire(context, { ...question, ...scope, pods });
  return answerOf(outcomes, basis);
}

function infoOf({ name, unit, help, labels, ofWorkloads }: SignalRow): SignalInfo {
  return { name, unit, help, labels, ...(ofWorkloads === true && { ofWorkloads }) };
}

function unknownSignal(name: string): Absent {
  const known = CATALOGUE.map((row) => row.name).join(', ');
  return absent('no-data', `cannot find signal ${quote(name)}: the catalogue has no such name; use one of ${known}`);
}
