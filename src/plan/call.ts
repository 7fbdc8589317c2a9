/**
 * What is checked of a single call of a method, whether SQL or the library's caller makes it.
 *
 * @module
 */

import { BindError, PlanError } from '../errors.ts';
import { didYouMean, nearestNames } from '../registry/nearest.ts';
import { type Method, requiredParameters } from '../registry/resource.ts';
import { own } from '../values.ts';
import { exampleExec } from './examples.ts';

/** Throws `NO_METHOD` with a statement that works, where a required parameter has no value. */
export function checkRequired(method: Method, parameters: Readonly<Record<string, unknown>>): void {
  const missing = requiredParameters(method)
    .map(({ name }) => name)
    .filter((name) => (own(parameters, name) ?? null) === null);
  if (missing.length === 0) return;
  throw new PlanError(`${method.key} needs ${missing.join(', ')}.`, {
    missing: { [method.name]: missing },
    hint: `Write: ${exampleExec(method, parameters)}`,
  });
}

/** The error for a name that is neither a parameter nor a body attribute of the method. */
export function unknownParameter(method: Method, name: string): BindError {
  const known = [...method.parameters, ...(method.body?.fields ?? [])].map((field) => field.name);
  const nearest = nearestNames(name, known);
  return new BindError('UNKNOWN_COLUMN', `${method.key} has no parameter ${JSON.stringify(name)}.`, {
    unknownName: name,
    nearest,
    hint: didYouMean(nearest, known) ?? `Its parameters are ${known.join(', ')}.`,
  });
}

/** The session's defaults that the method takes. */
export function defaultsFor<T>(method: Method, defaults: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(defaults).filter(([name]) => method.parameters.some((parameter) => parameter.name === name)),
  );
}
