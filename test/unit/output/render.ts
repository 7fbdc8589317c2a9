import { createWriter, type OutputFormat } from '../../../src/output/writers.ts';
import type { ResultColumn, Row } from '../../../src/values.ts';

/** A whole result as text, its rows handed over in the given batches. */
export function render(
  format: OutputFormat,
  columns: readonly ResultColumn[],
  ...batches: readonly (readonly Row[])[]
): string {
  let text = '';
  const writer = createWriter(format, (piece) => {
    text += piece;
  });
  writer.begin(columns);
  for (const batch of batches) writer.rows(batch);
  writer.end();
  return text;
}

/** Columns from `name TYPE`; VARCHAR where no type is said. */
export function columnsOf(...declarations: readonly string[]): readonly ResultColumn[] {
  return declarations.map((declaration) => {
    const [name = '', type = 'VARCHAR'] = declaration.split(' ');
    return { name, type };
  });
}
