/**
 * Secrets that an API shows in one answer and never again.
 *
 * @module
 */

import { own } from '../values.ts';
import type { MethodCall } from './build.ts';

/** Those that the answer to a call will hold: columns of the answer, or members of them with dots between their names. */
export function secretsShownOnce({ method: { once }, parameters, body = {} }: MethodCall): readonly string[] {
  if (once === undefined) return [];
  const given = (name: string): string | null => {
    const value = own(parameters, name) ?? own(body, name);
    return value === undefined || value === null ? null : String(value).toLowerCase();
  };
  return Object.entries(once.unless).some(([name, values]) => values.includes(given(name))) ? [] : once.secrets;
}
