/**
 * The columns of what a single call answers.
 *
 * @module
 */

import type { Method, Parameter } from '../registry/resource.ts';
import type { Column } from '../values.ts';

/** The columns of a method's answer: its fields, then its parameters that are no fields. */
export function resultColumns(method: Method): readonly Column[] {
  return [...method.response.fields, ...otherParameters(method)].map(({ name, type }) => ({ name, type }));
}

/** The names of those columns that say how something was asked for, and nothing about the object. */
export function queryParameters(method: Method): readonly string[] {
  const isAsked = ({ location }: Parameter): boolean => location === 'query' || location === 'header';
  return otherParameters(method)
    .filter(isAsked)
    .map(({ name }) => name);
}

function otherParameters({ response, parameters }: Method): readonly Parameter[] {
  const names = new Set(response.fields.map(({ name }) => name.toLowerCase()));
  return parameters.filter(({ name }) => !names.has(name.toLowerCase()));
}
