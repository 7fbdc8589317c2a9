/**
 * Checks what a model gives a tool. A name that there is not is told: what is ignored looks as if it had counted.
 *
 * @module
 */

import { InvalidValueError } from '../errors.ts';
import { didYouMean, nearestNames } from '../registry/nearest.ts';
import { own } from '../values.ts';
import type { ArgumentSpec, Given, Tool } from './contract.ts';

/** @throws InvalidValueError */
export function checkedArguments(tool: Tool, given: unknown): Given {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrong(tool, 'The arguments are no object.');
  }
  const entries = Object.entries(given as Readonly<Record<string, unknown>>).filter(([, value]) => value !== null);
  for (const [name, value] of entries) checkOne(tool, name, value);
  const missing = tool.required.filter((name) => !entries.some(([each]) => each === name));
  if (missing.length > 0) throw wrong(tool, `${tool.name} needs ${missing.join(' and ')}.`);
  return Object.fromEntries(entries) as Given;
}

function checkOne(tool: Tool, name: string, value: unknown): void {
  const spec = own(tool.arguments, name);
  if (spec === undefined) {
    const known = Object.keys(tool.arguments);
    const nearest = didYouMean(nearestNames(name, known), []);
    throw wrong(tool, `${tool.name} has no argument ${JSON.stringify(name)}.`, nearest);
  }
  if (!fits(spec, value)) throw wrong(tool, `${name} of ${tool.name} has to be ${KINDS[spec.type]}.`);
}

const KINDS: Readonly<Record<ArgumentSpec['type'], string>> = {
  string: 'a text',
  integer: 'a whole number, 0 or more',
  boolean: 'true or false',
};

function fits({ type, minimum = 0 }: ArgumentSpec, value: unknown): boolean {
  if (type === 'integer') return typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum;
  return typeof value === type;
}

function wrong(tool: Tool, message: string, hint?: string): InvalidValueError {
  const takes = Object.keys(tool.arguments).map((name) => (tool.required.includes(name) ? name : `${name}?`));
  return new InvalidValueError(message, {
    subject: tool.name,
    hint: hint ?? `${tool.name} takes ${takes.join(', ')}.`,
  });
}
