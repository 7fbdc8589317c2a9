/**
 * A queue in which every owner gets its turn.
 *
 * @module
 */

/** Items of one owner leave in the order they came; owners take turns, however many items each has. */
export class Turns<T> {
  readonly #queues = new Map<unknown, T[]>();

  isEmpty(): boolean {
    return this.#queues.size === 0;
  }

  /** Whether the owner whose turn it is has another item after the next. */
  hasAnother(): boolean {
    const [queue] = this.#queues.values();
    return queue !== undefined && queue.length > 1;
  }

  add(owner: unknown, item: T): void {
    this.#queueOf(owner).push(item);
  }

  /** For an item that had its turn and has to go again. */
  addFirst(owner: unknown, item: T): void {
    this.#queueOf(owner).unshift(item);
  }

  /** The next item, which is taken out; undefined where there is none. */
  take(): T | undefined {
    const [next] = this.#queues;
    if (next === undefined) return undefined;
    const [owner, queue] = next;
    const item = queue.shift();
    // The owner goes to the end of the map, whose order is the order of turns.
    this.#queues.delete(owner);
    if (queue.length > 0) this.#queues.set(owner, queue);
    return item;
  }

  remove(owner: unknown, item: T): void {
    const queue = this.#queues.get(owner);
    const index = queue?.indexOf(item) ?? -1;
    if (queue === undefined || index < 0) return;
    queue.splice(index, 1);
    if (queue.length === 0) this.#queues.delete(owner);
  }

  items(): readonly T[] {
    return [...this.#queues.values()].flat();
  }

  #queueOf(owner: unknown): T[] {
    const queue = this.#queues.get(owner) ?? [];
    this.#queues.set(owner, queue);
    return queue;
  }
}
