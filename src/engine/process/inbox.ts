/**
 * What has come from the other process and nobody has taken yet.
 *
 * @module
 */

export class Inbox<T> {
  readonly #items: T[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  readonly put = (item: T): void => {
    this.#items.push(item);
    this.#wake();
  };

  /** Nothing else comes. */
  readonly fail = (error: unknown): void => {
    this.#failure ??= { error };
    this.#wake();
  };

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** The next item, once it is there. One at a time may wait. */
  async take(): Promise<T> {
    for (;;) {
      if (this.#items.length > 0) return this.#items.shift() as T;
      this.throwIfFailed();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
