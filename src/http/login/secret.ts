/**
 * A credential that cannot be printed by accident.
 *
 * @module
 */

import { inspect } from 'node:util';

/** Prints as `***` everywhere; only {@link Secret.reveal} gives the value. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** For the one place that puts it into a header. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }
}

// What node's inspect looks for; outside the class because its name is computed.
Object.defineProperty(Secret.prototype, inspect.custom, { value: () => '***' });
