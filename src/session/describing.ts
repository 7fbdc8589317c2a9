/**
 * Says what a statement would answer and what its parameters are, before there are values.
 *
 * @module
 */

import type { EngineDescription } from '../engine/engine.ts';
import { BindError, ExecutionError, InvalidValueError } from '../errors.ts';
import type { ParameterValue } from '../sql/statement.ts';
import { type ParameterTypes, parameterNames, withParameterTypes } from '../sql/text/typed-parameters.ts';
import type { ResultColumn } from '../values.ts';

/** What is known of a statement that has not been run. */
export interface StatementDescription {
  /** None where it gives no rows. */
  readonly columns: readonly ResultColumn[];
  /** The types of its parameters by number or name, such as `VARCHAR`. */
  readonly parameters: ParameterTypes;
}

/** Describes a text with some values for its parameters. */
export type Describe = (
  text: string,
  parameters: Readonly<Record<string, ParameterValue>>,
) => Promise<EngineDescription>;

/** What a parameter may be that nothing says the type of: the first with which the statement has a meaning. */
const GUESSES = ['VARCHAR', 'BIGINT', 'DOUBLE', 'VARCHAR[]', 'TIMESTAMPTZ', 'BOOLEAN', 'JSON'] as const;

/** @param given types that are known already */
export async function describeStatement(
  text: string,
  given: ParameterTypes,
  describe: Describe,
): Promise<StatementDescription> {
  const names = parameterNames(text);
  const attempt = (types: ParameterTypes): Promise<EngineDescription> =>
    describe(withParameterTypes(text, types), exampleValues(names, types));
  let { found, error } = await tried(attempt(given));
  let known: ParameterTypes = { ...found?.parameters, ...given };
  // One after the other: what the first is may say what the others are.
  for (let open = openOf(names, known); open.length > 0; open = openOf(names, known)) {
    if (found?.columns !== undefined) return { columns: found.columns, parameters: { ...textsFor(open), ...known } };
    const guessed = await guess(open[0] ?? '', known, attempt);
    if (guessed === undefined) throw error ?? undetermined(open);
    ({ found, known } = guessed);
    error = undefined;
  }
  if (found?.columns === undefined) throw error ?? undetermined(names);
  return { columns: found.columns, parameters: known };
}

function openOf(names: readonly string[], known: ParameterTypes): readonly string[] {
  return names.filter((name) => !Object.hasOwn(known, name));
}

/** The first type with which the statement has a meaning, and what follows from it. */
async function guess(
  name: string,
  known: ParameterTypes,
  attempt: (types: ParameterTypes) => Promise<EngineDescription>,
): Promise<{ readonly found: EngineDescription; readonly known: ParameterTypes } | undefined> {
  for (const type of GUESSES) {
    const types = { ...known, [name]: type };
    const { found } = await tried(attempt(types));
    if (found !== undefined) return { found, known: { ...found.parameters, ...types } };
  }
  return undefined;
}

interface Tried {
  readonly found?: EngineDescription;
  readonly error?: unknown;
}

/** A type that does not fit is no failure yet. */
async function tried(attempt: Promise<EngineDescription>): Promise<Tried> {
  try {
    return { found: await attempt };
  } catch (error) {
    if (error instanceof BindError || error instanceof ExecutionError || error instanceof InvalidValueError) {
      return { error };
    }
    throw error;
  }
}

function textsFor(names: readonly string[]): ParameterTypes {
  return Object.fromEntries(names.map((name) => [name, 'VARCHAR']));
}

function undetermined(names: readonly string[]): BindError {
  const [name = '1'] = names;
  return new BindError('BINDING', `The type of parameter $${name} cannot be told.`, {
    unknownName: name,
    hint: `Write what it is: CAST($${name} AS VARCHAR).`,
  });
}

/** Values that the planner may look at. They are not looked up, and nothing is computed of them. */
function exampleValues(names: readonly string[], types: ParameterTypes): Readonly<Record<string, ParameterValue>> {
  return Object.fromEntries(names.map((name) => [name, exampleOf(types[name] ?? 'VARCHAR')]));
}

const EXAMPLES: Readonly<Record<string, ParameterValue>> = {
  VARCHAR: 'x',
  BIGINT: 1,
  INTEGER: 1,
  SMALLINT: 1,
  DOUBLE: 1.5,
  BOOLEAN: true,
};

function exampleOf(type: string): ParameterValue {
  return Object.hasOwn(EXAMPLES, type) ? (EXAMPLES[type] ?? null) : null;
}
