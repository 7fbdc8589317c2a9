/** What a statement answers here, and where a StackQL that was run on an org of this shape answered otherwise. */

import { idOf } from './org.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Conformance {
  readonly sql: string;
  /** Of each statement of the text: its rows, or its message where it has no columns. */
  readonly answers: readonly (readonly Row[] | string)[];
  /** The rows here show some of their columns only. */
  readonly isPart?: true;
  /** The code of the error that ends the text. */
  readonly error?: string;
  readonly notices?: number;
  readonly requests: readonly string[];
  /** What StackQL did, where that was not the same. */
  readonly stackql?: string;
}

export const APPS = 'GET /api/v1/apps?limit=200';

/** The list of keys of the app with this number. */
export function keysOf(app: number): string {
  return `GET ${keysPath(app)}`;
}

export function keysPath(app: number): string {
  return `/api/v1/apps/${idOf('0oa', app)}/credentials/jwks`;
}

/** A key of the app with number 0. */
export function keyPath(key: number): string {
  return `${keysPath(0)}/${idOf('pks', key)}`;
}
