/**
 * Changes to a text that are found one inside the other.
 *
 * @module
 */

import type { Token } from '../sql/text/token.ts';
import type { Edit } from './edits.ts';
import type { Operand } from './segments.ts';

/** Insertions and replacements, inner ones first. */
export class Changes {
  readonly #openings = new Map<number, string>();
  readonly #closings = new Map<number, string>();
  readonly #replaced = new Map<Token, Edit>();

  /** Puts an operand, or several, between two texts. */
  enclose({ first, last }: Operand, opening: string, closing: string): void {
    this.#openings.set(first.start, opening + (this.#openings.get(first.start) ?? ''));
    this.#closings.set(last.end, (this.#closings.get(last.end) ?? '') + closing);
  }

  /** The last replacement of a token is the one that counts. */
  replace(token: Token, text: string): void {
    this.#replaced.set(token, { start: token.start, end: token.end, text });
  }

  edits(): readonly Edit[] {
    const places = new Set([...this.#closings.keys(), ...this.#openings.keys()]);
    const inserted = [...places].map((place) => ({
      start: place,
      end: place,
      text: (this.#closings.get(place) ?? '') + (this.#openings.get(place) ?? ''),
    }));
    return [...inserted, ...this.#replaced.values()];
  }
}
