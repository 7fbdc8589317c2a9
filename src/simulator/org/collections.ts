import type { Item } from './field-values.ts';
import type { SimulatedApp } from './org.ts';

/** What seed data is made from. */
export interface Scene {
  /** The values of the path's parameters, in order. */
  readonly values: readonly string[];
  readonly now: Date;
  readonly seed: number;
  readonly orgId: string;
  readonly apps: readonly SimulatedApp[];
  /** An object with a made-up value for every field that is not given. */
  readonly make: (overrides: Item, index: number) => Item;
  /** The items of another list. */
  readonly items: (path: string) => readonly Item[];
}

/** What is particular about a list. */
export interface CollectionRule {
  /** The field that item paths carry; dots lead into objects. */
  readonly idField?: string;
  /** What the list holds at first. Default: two objects with made-up values. */
  readonly seed?: (scene: Scene) => readonly Item[];
  /** What is shown of a stored item; undefined where what it refers to is gone. */
  readonly view?: (scene: Scene, item: Item) => Item | undefined;
  /** Present where nothing is stored, because other lists say it all. */
  readonly derive?: (scene: Scene) => readonly Item[];
}
