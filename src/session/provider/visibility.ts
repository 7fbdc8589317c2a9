/**
 * Who sees the secrets that an API sends in clear.
 *
 * @module
 */

import type { TableColumn } from '../../registry/resource.ts';
import type { ProviderOptions } from './options.ts';

/** What the caller gets to see of a column: unless secrets are revealed, they stay marked and `rows/` masks them. */
export type Visibility = (column: TableColumn) => TableColumn;

export function visibility({ revealSecrets = false }: ProviderOptions): Visibility {
  return revealSecrets ? ({ secrets: _shown, ...column }) => column : (column) => column;
}
