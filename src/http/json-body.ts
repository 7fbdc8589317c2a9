/**
 * The JSON of an answer, read once for all who ask: for its rows, for its next page, and for whether there are items.
 *
 * @module
 */

import { parseJsonInTurns } from '../json-in-turns.ts';
import type { JsonValue } from '../values.ts';
import type { HttpResponse } from './contract.ts';

/** The value of an answer's text. Throws what {@link parseJsonInTurns} throws. */
export async function bodyJson(
  { json, text }: Pick<HttpResponse, 'json' | 'text'>,
  signal?: AbortSignal,
): Promise<JsonValue> {
  return json === undefined ? parseJsonInTurns(text, signal) : json(signal);
}

/** Keeps the value as long as somebody has it: an answer that waits for its turn is its text alone. */
export function readOnce(text: string): NonNullable<HttpResponse['json']> {
  let kept: WeakRef<object> | undefined;
  return async (signal) => {
    const known = kept?.deref();
    if (known !== undefined) return known as JsonValue;
    const value = await parseJsonInTurns(text, signal);
    if (typeof value === 'object' && value !== null) kept = new WeakRef(value);
    return value;
  };
}
