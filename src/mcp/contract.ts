/**
 * What a tool is, what it is given, and what it answers. Knows nothing of the protocol.
 *
 * @module
 */

import type { LimitState } from '../http/pacing/governor.ts';
import type { Registry } from '../registry/registry.ts';
import type { Session } from '../session/session.ts';
import type { JsonValue, ResultColumn } from '../values.ts';
import type { AuditFile, Confirmations } from './decisions.ts';

/** What a tool may do, which its annotations are made from and its session is held to. */
export type Access =
  /** Asks nobody. */
  | 'documents'
  /** Sends requests that read. */
  | 'read'
  /** Sends requests that change something, once a person has said so. */
  | 'change';

export interface ArgumentSpec {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly minimum?: number;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly access: Access;
  readonly arguments: Readonly<Record<string, ArgumentSpec>>;
  /** Names of arguments. */
  readonly required: readonly string[];
  run(given: Given, call: Call): Promise<Answer>;
}

/** Arguments that have been checked against the tool's. */
export type Given = Readonly<Record<string, string | number | boolean>>;

export interface Answer {
  readonly text: string;
  /** Whether the tool did not do what it was asked for; the text says what to do next. */
  readonly isError?: true;
  readonly structured?: JsonValue;
  /** What a person is to be asked before the tool is called again. */
  readonly ask?: Question;
}

/** A question to a person. */
export interface Question {
  readonly message: string;
  /** What is to come back with the reply. */
  readonly state: string;
}

/** One call of a tool. */
export interface Call {
  readonly workspace: Workspace;
  /** Held to what the tool may do. */
  readonly session: Statements;
  readonly signal: AbortSignal;
  /** Told how far it is. */
  readonly onProgress?: (progress: CallProgress) => void;
  /** Whether there is a way to a person. */
  readonly canAsk: boolean;
  /** Who calls, as the client says. */
  readonly client: string;
  readonly reply?: Reply;
}

export interface CallProgress {
  readonly requests: number;
  readonly message: string;
}

/** What came back for a question. */
export interface Reply {
  readonly state: string;
  readonly decision: 'accept' | 'decline' | 'cancel';
}

/** What tools need of a session. */
export type Statements = Pick<Session, 'explain' | 'query' | 'script'>;

/** What calls share. */
export interface Workspace {
  readonly session: Session;
  readonly registry: Registry;
  readonly handles: Handles;
  readonly terms: Terms;
  /** What answers have said of rate limits whose windows have not ended. */
  limits(): readonly LimitState[];
  /** Absent where changes are not allowed. */
  readonly changes?: Changes | undefined;
}

/** What changes need besides a session. */
export interface Changes {
  readonly audit: AuditFile;
  readonly confirmations: Confirmations;
}

/** How a server was started. */
export interface Terms {
  /** Requests that a query may be expected to make unless the call allows more. */
  readonly maxRequests: number;
  /** Of statements that name none. */
  readonly subdomain?: string | undefined;
  /** By which statements know them. */
  readonly orgs: readonly string[];
  /** What a person runs a statement with, such as `oktaql exec --subdomain acme`. */
  readonly commandLine: string;
  /** What one statement may take. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A result that is kept as a table of the session. */
export interface Handle {
  /** Of the table: `r_7`. */
  readonly name: string;
  readonly rows: number;
  /** About how much they hold. */
  readonly bytes: number;
  readonly columns: readonly ResultColumn[];
  /** Columns of it that anybody may have written. */
  readonly freeText: readonly string[];
}

export interface HandleBounds {
  readonly most: number;
  /** Of all together. */
  readonly mostBytes: number;
  readonly ageMs: number;
}

export interface Handles {
  readonly bounds: HandleBounds;
  /** A name that no table has had. */
  next(): string;
  /** Keeps a table of that name, and drops what is too much; false where it is too large by itself, and is gone. */
  keep(handle: Handle): Promise<boolean>;
  /** Undefined for one that is not there, or no longer. */
  get(name: string): Handle | undefined;
  /** Those that a statement names, which count as used. */
  namedIn(text: string): readonly Handle[];
  /** Drops the table. */
  drop(name: string): Promise<void>;
  /** Drops those that are too old. */
  sweep(): Promise<void>;
  readonly count: number;
}
