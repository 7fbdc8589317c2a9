/**
 * Whether rows fit the screen.
 *
 * @module
 */

import { cellText } from '../../output/cell-text.ts';
import { displayWidth } from '../../output/display-width.ts';
import { visibleText } from '../../output/visible-text.ts';
import type { ResultColumn, Row } from '../../values.ts';

/** Whether a row would be wider than the screen in a table. */
export function isWide(columns: readonly ResultColumn[], rows: readonly Row[], screen: number): boolean {
  const widths = columns.map(({ name }) => displayWidth(visibleText(name)));
  for (const row of rows) {
    for (const [index, column] of columns.entries()) {
      const width = displayWidth(visibleText(cellText(row[index], column) ?? 'NULL'));
      widths[index] = Math.max(widths[index] ?? 0, width);
    }
  }
  return widths.reduce((sum, width) => sum + width + 3, -3) > screen;
}
