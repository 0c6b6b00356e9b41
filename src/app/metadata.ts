// What is known of the families of a target: by its own comments, and by the table of canonical series for those that it feeds.
import { saidMetadata } from '../exposition/metadata.ts';
import type { FamilyMetadata, MetadataSource } from '../model/metadata.ts';
import { CANONICAL_SERIES, type CanonicalSeries } from '../sources/canonical.ts';
import type { Ingest } from './ingest/ingest.ts';

export function createMetadata(ingest: Pick<Ingest, 'said'>): MetadataSource {
  return {
    families: (targetId) => {
      const said = ingest.said(targetId);
      if (said === undefined) return [];
      const families = said.plan.declaredFamilies();
      const fed = CANONICAL_SERIES.filter(({ from }) => from.some(({ raw }) => families.has(raw)));
      return [...saidMetadata(said.plan), ...fed.map(metadataOf)];
    },
  };
}

function metadataOf({ name, kind, help, unit }: CanonicalSeries): FamilyMetadata {
  return { name, type: kind, help, unit };
}
