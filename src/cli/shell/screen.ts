/**
 * How the text that is typed stands on the screen: what is written to draw it, and where its cursor is. It knows sizes and widths,
 * and nothing of keys.
 *
 * @module
 */

import { displayWidth } from '../../output/display-width.ts';
import { visibleText } from '../../output/visible-text.ts';
import { type Editing, graphemes } from './editor.ts';
import { type Span, type Style, switched } from './paint.ts';

export interface ScreenTerms {
  readonly columns: number;
  readonly prompt: string;
  /** Before every further line; as wide as the prompt. */
  readonly continuation: string;
  readonly paint: (text: string) => readonly Span[];
  readonly isColoured: boolean;
  /** Lines below the text: what Tab offers. */
  readonly below?: readonly string[] | undefined;
}

/** What was drawn, for whoever draws over it. */
export interface Drawn {
  /** To be written where {@link before} has led. */
  readonly output: string;
  /** The row of the cursor, from the first of the prompt. */
  readonly cursorRow: number;
  readonly rows: number;
}

const TAB = '    ';

/** Back to the beginning of what was drawn, and nothing on the screen from there on. */
export function before({ cursorRow }: Pick<Drawn, 'cursorRow'>): string {
  return `\r${cursorRow > 0 ? `\u001b[${cursorRow}A` : ''}\u001b[J`;
}

/** Behind what was drawn, on a line of its own. */
export function behind({ cursorRow, rows }: Drawn): string {
  const down = rows - 1 - cursorRow;
  return `${down > 0 ? `\u001b[${down}B` : ''}\r\n`;
}

export function draw(state: Editing, terms: ScreenTerms): Drawn {
  const { columns, prompt, continuation, isColoured, below = [] } = terms;
  const pen = createPen(columns, state.cursor, isColoured);
  pen.put(state.search === undefined ? prompt : searchPrompt(state.search.term, state.search.index), 'plain');
  pen.mark(0);
  let offset = 0;
  for (const { text, style } of terms.paint(state.text)) {
    for (const [index, line] of text.split('\n').entries()) {
      if (index > 0) {
        offset += 1;
        pen.newLine();
        pen.put(continuation, 'plain');
        pen.mark(offset);
      }
      for (const shown of graphemes(line)) {
        pen.put(shown === '\t' ? TAB : visibleText(shown), style);
        offset += shown.length;
        pen.mark(offset);
      }
    }
  }
  pen.wrap();
  const rows = pen.row() + 1;
  for (const line of below) {
    pen.newLine();
    pen.put(cutTo(line, columns - 1), 'plain');
  }
  const { row, column } = pen.cursor();
  const last = pen.row();
  const back = `${last > row ? `\u001b[${last - row}A` : ''}\r${column > 0 ? `\u001b[${column}C` : ''}`;
  return { output: pen.written() + back, cursorRow: row, rows };
}

function searchPrompt(term: string, index: number): string {
  return `(${index === -1 && term !== '' ? 'nothing found' : 'search'}: ${visibleText(term)}) `;
}

function cutTo(text: string, width: number): string {
  let cut = '';
  for (const each of graphemes(text)) {
    if (displayWidth(cut + each) > width) return cut;
    cut += each;
  }
  return cut;
}

interface Pen {
  put(text: string, style: Style): void;
  /** Remembers this place, if it is the cursor's. */
  mark(offset: number): void;
  newLine(): void;
  /** Behind a full row the cursor stands on the next. */
  wrap(): void;
  row(): number;
  cursor(): { readonly row: number; readonly column: number };
  written(): string;
}

/** Writes, and counts where a terminal of so many columns is then. */
function createPen(columns: number, cursorOffset: number, isColoured: boolean): Pen {
  let [row, column, written] = [0, 0, ''];
  let cursor = { row: 0, column: 0 };
  let style: Style = 'plain';
  const newLine = (): void => {
    written += '\r\n';
    row += 1;
    column = 0;
  };
  const wrap = (): void => {
    if (column >= columns) newLine();
  };
  const write = (part: string, width: number): void => {
    if (column + width > columns) newLine();
    written += part;
    column += width;
  };
  const switchTo = (next: Style): void => {
    if (isColoured) written += switched(style, next);
    style = next;
  };
  return {
    put: (text, next) => {
      switchTo(next);
      const width = displayWidth(text);
      if (width <= columns) write(text, width);
      else for (const part of graphemes(text)) write(part, displayWidth(part));
    },
    mark: (offset) => {
      if (offset !== cursorOffset) return;
      wrap();
      cursor = { row, column };
    },
    newLine,
    wrap,
    row: () => row,
    cursor: () => cursor,
    written: () => {
      switchTo('plain');
      return written;
    },
  };
}
