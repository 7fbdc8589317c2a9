/**
 * The columns of what a single call answers.
 *
 * @module
 */

import type { Method } from '../registry/resource.ts';
import type { Column } from '../values.ts';

/** The columns of a method's answer: its fields, then its parameters that are no fields. */
export function resultColumns({ response, parameters }: Method): readonly Column[] {
  const names = new Set(response.fields.map(({ name }) => name.toLowerCase()));
  return [...response.fields, ...parameters.filter(({ name }) => !names.has(name.toLowerCase()))].map(
    ({ name, type }) => ({ name, type }),
  );
}
