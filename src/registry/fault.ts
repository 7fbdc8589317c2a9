/**
 * What is wrong with a part of a document, as data: the part is there all the same, and says so when it is used.
 *
 * @module
 */

import { ProviderDocumentError } from '../errors.ts';

export interface DocumentFault {
  /** With file and place. */
  readonly message: string;
  readonly file: string;
  readonly pointer: string;
}

export function faultOf({ message, file, pointer }: ProviderDocumentError): DocumentFault {
  return { message, file, pointer };
}

/** The error of a fault, a new one each time: its stack says who used the part. */
export function faultError({ message, file, pointer }: DocumentFault): ProviderDocumentError {
  return new ProviderDocumentError(message, { file, pointer, hint: 'The rest of the registry can be used.' });
}
