/**
 * How one front end hands over to the other.
 *
 * @module
 */

/** The front end is not certain what the statement says. Never leaves this folder: the other one is asked. */
export class CannotRead extends Error {
  override readonly name = 'CannotRead';
}
