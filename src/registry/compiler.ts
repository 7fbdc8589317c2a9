/**
 * What the parts of the compiler share: the document that they read, and what is known from around it.
 *
 * @module
 */

import { type DocumentFile, type RawDocument, readYaml, wrong } from './document.ts';
import type { ConfigDocument, ServerDocument } from './documents.ts';
import type { Reading } from './tolerance.ts';

/** What the provider's document says about a service, and how further files are read. */
export interface ServiceContext {
  /** Most specific first: of the provider's entry for the service, then of the provider. */
  readonly configs?: readonly (ConfigDocument | undefined)[];
  /** Where lists have their rows if nothing else says so. */
  readonly itemsKey?: string;
  /** `http` unless the documents say otherwise. */
  readonly protocol?: string;
  /** The resources, where they stand in a file of their own. */
  readonly resources?: DocumentFile;
  /** Another file of the registry, named relative to its `src`. */
  readonly open?: (file: string) => DocumentFile;
  /** Whether what is wrong with a part is told when that is used. Default is to throw it. */
  readonly reading?: Reading;
}

/** A document with operations and schemas, and what holds for all that is read from it. */
export interface Compiler extends RawDocument {
  /** `provider.service`. */
  readonly prefix: string;
  readonly reading: Reading;
  /** Most specific first. */
  readonly configs: readonly (ConfigDocument | undefined)[];
  readonly servers: readonly ServerDocument[];
  readonly context: ServiceContext;
  /** The other documents, once they were read: a thousand methods may name the same. */
  readonly others: Map<string, RawDocument>;
}

/**
 * The compiler for the document that a reference names, and the reference without the file: operations may stand in
 * another file than the resources.
 */
export function openReference(
  compiler: Compiler,
  $ref: string,
  at: RawDocument & { readonly pointer: string },
): { readonly compiler: Compiler; readonly $ref: string } {
  const [file = '', fragment = ''] = $ref.split('#');
  if (file === '' || baseName(file) === baseName(compiler.file)) return { compiler, $ref: `#${fragment}` };
  const { open } = compiler.context;
  if (open === undefined) throw wrong(at.file, at.pointer, `${$ref} is not in this document`);
  return { compiler: { ...compiler, ...otherDocument(compiler, file, open, at) }, $ref: `#${fragment}` };
}

/** Documents that one service may be spread over, besides its own. */
const MOST_OTHERS = 50;

function otherDocument(
  { others, effort }: Compiler,
  file: string,
  open: (file: string) => DocumentFile,
  at: RawDocument & { readonly pointer: string },
): RawDocument {
  const known = others.get(file);
  if (known !== undefined) return known;
  if (others.size >= MOST_OTHERS) throw wrong(at.file, at.pointer, `it names more than ${MOST_OTHERS} other documents`);
  const read = readYaml(open(file), effort);
  others.set(file, read);
  return read;
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
