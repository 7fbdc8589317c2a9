import type { ResultColumn, Row } from '../values.ts';
import { cellText } from './cell-text.ts';
import { mapped, writePieces } from './chunks.ts';
import { isNumeric } from './column-kinds.ts';
import type { OutputOptions } from './options.ts';
import { visibleText } from './visible-text.ts';
import type { ResultWriter, Sink } from './writer.ts';

/**
 * A table of GitHub's Markdown (https://github.github.com/gfm/#tables-extension-), for issues and notes. Whatever a value holds, it is
 * shown as text; NULL is in italics, which no text is.
 */
export function createMarkdownWriter(sink: Sink, _options: OutputOptions): ResultWriter {
  let current: readonly ResultColumn[] = [];
  const toLine = (row: Row): string =>
    lineOf(
      current.map((column, index) => {
        const text = cellText(row[index], column);
        return text === null ? '*NULL*' : shownText(text);
      }),
    );
  return {
    begin: async (columns) => {
      current = columns;
      const rule = columns.map((column) => (isNumeric(column) ? '---:' : '---'));
      // What stands behind another table is one of its rows.
      await sink.write(`\n${lineOf(columns.map(({ name }) => shownText(name)))}${lineOf(rule)}`);
    },
    rows: (rows) => writePieces(sink, mapped(rows, toLine)),
    end: async () => undefined,
    abort: async () => undefined,
  };
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** What Markdown, or HTML in it, would take for more than itself. Underscores within a word are nothing to it. */
const MARKUP = /[\\`*[\]<>|~&$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** A text as Markdown shows it. */
export function shownText(text: string): string {
  return text
    .split('\n')
    .map((line) => visibleText(line).replace(MARKUP, '\\$&'))
    .join('<br>');
}
