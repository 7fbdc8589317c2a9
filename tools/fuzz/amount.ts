/** @module */

/**
 * The number that an option of the command line gives.
 *
 * @throws TypeError for what is none from zero on: NaN would limit nothing
 */
export function amount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`--${name} takes a number, and not ${JSON.stringify(text)}.`);
}
