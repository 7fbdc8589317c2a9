/**
 * Errors across processes: the structured clone algorithm makes plain errors of all classes.
 *
 * @module
 */

import * as errors from '../../errors.ts';

export interface ErrorRecord {
  /** A class of `errors.ts`; none for what is none of ours. */
  readonly className: string | undefined;
  readonly message: string;
  readonly stack: string | undefined;
  /** What the class adds: `code`, `hint`, `position`, … */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly cause: ErrorRecord | undefined;
}

/** By the names under which they are exported: a bundler may call them otherwise. */
const CLASSES: ReadonlyMap<string, typeof errors.QueryError> = new Map(
  Object.entries(errors).filter((entry): entry is [string, typeof errors.QueryError] => {
    const [, value] = entry;
    return typeof value === 'function' && value.prototype instanceof errors.QueryError;
  }),
);

function classNameOf(error: Error): string | undefined {
  return [...CLASSES].find(([, each]) => each === error.constructor)?.[0];
}

/** Causes of causes of … are of no use to anybody. */
const LONGEST_CHAIN = 4;

export function recordOf(error: unknown, depth = 0): ErrorRecord {
  if (!(error instanceof Error)) {
    return { className: undefined, message: String(error), stack: undefined, properties: {}, cause: undefined };
  }
  const { message, stack, cause } = error;
  const className = classNameOf(error);
  return {
    className,
    message,
    stack,
    properties: className === undefined ? {} : Object.fromEntries(Object.entries(error)),
    cause: cause === undefined || depth === LONGEST_CHAIN ? undefined : recordOf(cause, depth + 1),
  };
}

/** The error again, with the class that it had and the stack of where it came from. */
export function errorOf({ className, message, stack, properties, cause }: ErrorRecord): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause: errorOf(cause) });
  const known = className === undefined ? undefined : CLASSES.get(className);
  if (known !== undefined) Object.setPrototypeOf(error, known.prototype as object);
  if (stack !== undefined) error.stack = stack;
  return Object.assign(error, properties);
}
