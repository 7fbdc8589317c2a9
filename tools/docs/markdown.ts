/**
 * Pieces of Markdown.
 *
 * @module
 */

export function code(text: string): string {
  return `\`${text}\``;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map((cells) => line(cells.map(cellText)))].join('\n');
}

export function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Blocks with an empty line between them, and the line end that a file ends with. */
export function blocks(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** A text of the documents as Markdown shows it: `<` would begin HTML. */
export function proseText(text: string): string {
  return text.replaceAll('<', '&lt;').replace(/\s+/g, ' ').trim();
}

function cellText(text: string): string {
  return text.replaceAll('|', '\\|');
}
