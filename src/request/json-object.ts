/**
 * What JSON calls an object.
 *
 * @module
 */

/** Whether a value is an object that JSON has, rather than a list or a Date. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
