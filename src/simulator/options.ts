/**
 * Options as callers give them: every name is known and every value fits, or there is no simulator. One that is misspelt or NaN
 * would otherwise limit nothing.
 *
 * @module
 */

/** What one option takes, in words, and whether a value is that. */
export interface Kind {
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
}

/** One for each option that there is: an option without one does not compile. */
export type OptionTable<T> = { readonly [Name in keyof Required<T>]: Kind };

/** What a timer of Node's can wait at most; for more it waits one millisecond. */
export const LONGEST_MS: number = 2_147_483_647;

export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): Kind {
  const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
  return {
    takes: `a whole number from ${least}${upTo}`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

export const TEXT: Kind = {
  takes: 'a text that is not empty',
  fits: (value) => typeof value === 'string' && value !== '',
};
/** @throws TypeError for a name that is no option, and for a value of another kind */
export function checkOptions(options: unknown, table: Readonly<Record<string, Kind>>, whose: string): void {
  if (!isObject(options)) throw new TypeError(`${whose} takes its options as an object.`);
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(table, name) ? table[name] : undefined;
    if (kind === undefined) {
      throw new TypeError(
        `${whose} has no option ${JSON.stringify(name)}; its options are ${Object.keys(table).join(', ')}.`,
      );
    }
    if (value !== undefined && !kind.fits(value)) throw new TypeError(`${name} takes ${kind.takes}.`);
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
