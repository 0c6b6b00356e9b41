// Who asks, and whether they may: the port through which a face has its requests judged.
import type { Socket } from 'node:net';

export interface AdmissionRequest {
  readonly method: string;
  /** Path and query as they came, percent-encoded. */
  readonly target: string;
  /** Names and values in turn, as they came: joined, two values could not be told from one that has a comma in it. */
  readonly rawHeaders: readonly string[];
  /** The connection, whose client certificate is looked at once. */
  readonly socket: Socket;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly user: string }
  /** 401: nobody knows who asks. 403: they may not. 500: it could not be found out. The message is shown to the asker and names no secret. */
  | {
      readonly kind: 'refused';
      readonly code: 401 | 403 | 500;
      readonly message: string;
      /** With 401: how to say who asks, as a WWW-Authenticate header has it. */
      readonly challenge?: string;
    };

/** Judges before anything is looked up, so that an answer never depends on whether something exists. Never rejects. */
export type Admit = (request: AdmissionRequest) => Promise<Admission>;
