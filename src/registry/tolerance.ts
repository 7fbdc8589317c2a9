/**
 * Documents of the user's own are read part by part: what is wrong with one provider, service, resource or method is kept, and
 * told when that one is used. Those that come with oktaql are held to all of their form when they are built.
 *
 * @module
 */

import { ProviderDocumentError } from '../errors.ts';
import { type DocumentFault, faultOf } from './fault.ts';

/** How the parts of a document are read: all of them, or as many as can be. */
export type Reading = 'strict' | 'lenient';

/** Parts by name: those that could be read, and what is wrong with the others. */
export interface Parts<T> {
  readonly good: Readonly<Record<string, T>>;
  readonly faults: Readonly<Record<string, DocumentFault>>;
}

/** What `work` makes. What is wrong with a document is given to `otherwise`, but thrown where documents are read strictly. */
export function attempt<T>(reading: Reading, work: () => T, otherwise: (fault: DocumentFault) => T): T {
  try {
    return work();
  } catch (error) {
    if (reading === 'lenient' && error instanceof ProviderDocumentError) return otherwise(faultOf(error));
    throw error;
  }
}

/** Reads each part by itself. */
export function partsOf<In, Out>(
  reading: Reading,
  parts: Readonly<Record<string, In>>,
  read: (name: string, part: In) => Out,
): Parts<Out> {
  const good = new Map<string, Out>();
  const faults = new Map<string, DocumentFault>();
  for (const [name, part] of Object.entries(parts)) {
    attempt<void>(
      reading,
      () => void good.set(name, read(name, part)),
      (fault) => void faults.set(name, fault),
    );
  }
  return { good: Object.fromEntries(good), faults: Object.fromEntries(faults) };
}
