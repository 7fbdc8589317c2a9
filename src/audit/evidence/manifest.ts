/**
 * What `manifest.json` says: which files there are, and how what is in them came about. Its form is an API: members are only added.
 *
 * Entry of the room `evidence/`: a folder that proves what a run saw, whole and unaltered. It knows no command line.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';

export const MANIFEST = 'manifest.json';
export const SUMS = 'SHA256SUMS';
export const SIGNATURE = 'manifest.jws';
export const REPORT = 'report.json';

export interface FileFacts {
  readonly sha256: string;
  readonly bytes: number;
}

/** One answer that rows came from. */
export interface RequestFacts {
  readonly url: string;
  readonly method: string;
  readonly requestId?: string | undefined;
  /** Okta's own time, ISO 8601. */
  readonly time?: string | undefined;
  readonly rows: number;
}

/** A list, and whether its last page was read: one that names no next. */
export interface ListFacts {
  readonly list: string;
  readonly pages: number;
  readonly rows: number;
  readonly isWhole: boolean;
}

export interface ControlFacts {
  readonly org: string;
  readonly pack: string;
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly status: string;
  readonly reason?: string | undefined;
  /** The names of its files, below the folder. */
  readonly files: { readonly sql?: string; readonly csv?: string; readonly parquet?: string };
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: number;
  /** What the statement was bound to. */
  readonly values: Readonly<Record<string, unknown>>;
  /** As EXPLAIN (FORMAT JSON) says it. */
  readonly plan?: unknown;
  readonly requests: readonly RequestFacts[];
  readonly lists: readonly ListFacts[];
  /** Calls that were answered “there is no such thing”. */
  readonly absent: readonly { readonly resource: string; readonly parameters: unknown }[];
  readonly notices: readonly string[];
}

export interface OrgFacts {
  readonly org: string;
  readonly host: string;
  readonly login: {
    readonly kind: string;
    readonly source?: string | undefined;
    /** Whose it is. */
    readonly principal?: string | undefined;
    readonly roles?: readonly string[] | undefined;
    readonly scopes?: readonly string[] | undefined;
  };
}

export interface Manifest {
  readonly formatVersion: 1;
  readonly oktaql: string;
  readonly node: string;
  /** Of the provider documents, which say what is asked and how. */
  readonly providerDocuments: { readonly sha256: string; readonly files: number };
  readonly packs: readonly { readonly name: string; readonly title: string; readonly version: string }[];
  readonly orgs: readonly OrgFacts[];
  /** The first and last answer by Okta's clock; by that of the machine where nothing was asked. */
  readonly clock: {
    readonly by: 'okta' | 'machine';
    readonly started: string;
    readonly ended: string;
    readonly machineStarted: string;
    readonly machineEnded: string;
  };
  readonly requests: { readonly sent: number; readonly alone: number };
  /** None, or there would be no evidence. */
  readonly denied: 0;
  readonly controls: readonly ControlFacts[];
  /** All files but this one, {@link SUMS} and {@link SIGNATURE}. */
  readonly files: Readonly<Record<string, FileFacts>>;
}

const fileFacts = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.number().int().nonnegative() });

/** As much of it as is relied upon when evidence is read again. */
export const manifestShape: z.ZodType<Pick<Manifest, 'formatVersion' | 'files'>> = z.object({
  formatVersion: z.literal(1, { error: 'this version reads form 1' }),
  files: z.record(z.string(), fileFacts),
});

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
