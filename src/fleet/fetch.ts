// Reading a fleet in process, through the port that scraping uses.
import type { Clock } from '../lib/clock.ts';
import type { Fetch, FetchJson, FetchResult, JsonResult } from '../model/fetch.ts';
import type { ScrapeFailure } from '../model/target.ts';
import { answerOf } from './answer.ts';
import type { Fleet } from './fleet.ts';

/** Targets are found by the host of their URL: `http://<endpoint id>/metrics`. Reading moves the fleet to the clock's time. */
export function fleetFetch(fleet: Fleet, clock: Clock): Fetch {
  const sources = new Map(fleet.endpoints().map(({ id, source }) => [id, source]));
  const encoder = new TextEncoder();
  return async (target, signal) => {
    const url = new URL(target.url);
    const source = sources.get(url.host);
    if (source === undefined) return failed('unreachable', target.url, 'the fleet has no such endpoint; use the id of one as the host');
    fleet.advanceTo(clock.nowMs());
    const response = answerOf(fleet.read(url.host), { source, method: 'GET', path: url.pathname });
    if (response.kind === 'refused') return failed('refused', target.url, 'connection refused; check that the server has started');
    if (response.kind === 'hang') {
      await abortOf(signal);
      return failed('timeout', target.url, 'no answer in time; check the server, or allow more time');
    }
    if (response.status !== 200) return failed('status', target.url, `the server answered ${response.status}; check the path`);
    return { kind: 'body', bytes: encoder.encode(response.body) };
  };
}

/** The APIs of the fleet's Tritons, found by the host of the target's metrics URL. */
export function fleetFetchJson(fleet: Fleet, clock: Clock): FetchJson {
  return async ({ target, path }, signal): Promise<JsonResult> => {
    fleet.advanceTo(clock.nowMs());
    const answer = fleet.readApi(new URL(target.url).host, path);
    if (answer.kind === 'refused') return failed('refused', target.url, 'connection refused; check that the server has started');
    if (answer.kind === 'hang') {
      await abortOf(signal);
      return failed('timeout', target.url, 'no answer in time; check the server, or allow more time');
    }
    return { kind: 'answer', status: answer.status, json: answer.body === '' ? undefined : JSON.parse(answer.body) };
  };
}

function failed(failure: ScrapeFailure, url: string, why: string): Extract<FetchResult, { kind: 'failed' }> {
  return { kind: 'failed', error: { failure, message: `cannot read "${url.slice(0, 50)}": ${why}` } };
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
