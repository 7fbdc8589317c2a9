/**
 * A text that no spreadsheet takes for a formula: names in a login system come from other people, and a formula can send what
 * stands in the cells beside it elsewhere.
 *
 * @module
 */

/** By which spreadsheets tell a formula, full-width forms included. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** What begins so and is a number or the like: a sign and digits. */
const NUMBER = /^[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?$/;

/**
 * The text with an apostrophe before what would be a formula. Numbers are none, whatever their sign.
 *
 * @example inertText('=1+1') // "'=1+1"
 */
export function inertText(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
