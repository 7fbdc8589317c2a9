/**
 * Secrets that an API shows in one answer and never again.
 *
 * @module
 */

import type { MethodCall } from './build.ts';

/** Those that the answer to a call will hold: columns of the answer, or members of them with dots between their names. */
export function secretsShownOnce({ method: { once }, parameters }: MethodCall): readonly string[] {
  if (once === undefined) return [];
  const given = (name: string): string | null => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    return value === undefined || value === null ? null : String(value).toLowerCase();
  };
  return Object.entries(once.unless).some(([name, values]) => values.includes(given(name))) ? [] : once.secrets;
}
