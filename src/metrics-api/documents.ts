// The documents about the API: which path answers with which, and the tags by which a reader knows one again.
import { createHash } from 'node:crypto';
import type { Log } from '../model/log.ts';
import type { RuleMetrics } from '../model/rule-metrics.ts';
import type { Signals } from '../model/signal.ts';
import { aggregatedDocument, groupDocument, groupListDocument, resourceListDocument, versionDocument } from './discovery.ts';
import { type DiscoverySet, discoverySet, MOST_LISTED, withRules } from './discovery-set.ts';
import { contentTypeOf, type Form, type Writing, writeObject } from './forms.ts';
import { openApiDocument, openApiIndex, openApiV2Document } from './openapi.ts';
import type { ApiPath } from './paths.ts';
import type { Resources } from './resources.ts';

export type DocumentPath = Exclude<ApiPath, { kind: 'custom' | 'external' }>;

export interface DocumentServices {
  readonly signals: Pick<Signals, 'list'>;
  readonly rules?: Pick<RuleMetrics, 'list'> | undefined;
  readonly resources: Resources;
  readonly log: Log;
  /** Plimsoll's own, `1.2.3`. */
  readonly version: string;
}

export interface DocumentRequest extends Writing {
  readonly path: DocumentPath;
  readonly ifNoneMatch?: string | undefined;
}

export interface DocumentReply {
  readonly code: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the API says of itself. Without rules it follows from the configuration alone, so equal installations have equal tags. */
export class Documents {
  readonly #services: DocumentServices;
  #hasToldOfTruncation = false;

  constructor(services: DocumentServices) {
    this.#services = services;
  }

  /** The document, or 304 without one for who has it already and says its ETag. */
  reply({ path, ifNoneMatch, ...writing }: DocumentRequest): DocumentReply {
    const body = writeObject(this.#documentOf(path, writing.form), writing);
    const headers = { ETag: `"${hashOf(body)}"`, Vary: 'Accept', 'Content-Type': contentTypeOf(writing.form) };
    return ifNoneMatch === headers.ETag ? { code: 304, headers, body: '' } : { code: 200, headers, body };
  }

  #documentOf(path: DocumentPath, form: Form): object {
    const { version } = this.#services;
    switch (path.kind) {
      case 'groups':
        return form === 'aggregated discovery' ? aggregatedDocument(this.#set()) : groupListDocument();
      case 'group':
        return groupDocument(path.group);
      case 'resources':
        return resourceListDocument(path, this.#set());
      case 'version':
        return versionDocument(version);
      case 'openapi v2':
        return openApiV2Document(version);
      case 'openapi v3 index':
        return openApiIndex((groupVersion) => hashOf(JSON.stringify(openApiDocument(groupVersion, version))));
      case 'openapi v3':
        return openApiDocument(path, version);
    }
  }

  #set(): DiscoverySet {
    const { signals, rules, resources, log } = this.#services;
    const names = signals.list().map(({ name }) => name);
    const set = withRules(discoverySet(names, resources), rules?.list());
    if (set.isTruncated && !this.#hasToldOfTruncation) {
      this.#hasToldOfTruncation = true;
      const ofRules = rules?.list().custom.reduce((sum, { metrics }) => sum + metrics.length, 0) ?? 0;
      const all = names.length * resources.size + ofRules;
      log.warn({ listed: MOST_LISTED, all }, 'discovery lists the first metrics by name; the others are served all the same');
    }
    return set;
  }
}

/** In capitals, as kube-apiserver writes it. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').toUpperCase();
}
