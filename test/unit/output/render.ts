import type { Sink } from '../../../src/output/writer.ts';
import { createWriter, type OutputFormat } from '../../../src/output/writers.ts';
import type { ResultColumn, Row } from '../../../src/values.ts';

/** A whole result as text, its rows handed over in the given batches. */
export async function render(
  format: OutputFormat,
  columns: readonly ResultColumn[],
  ...batches: readonly (readonly Row[])[]
): Promise<string> {
  const output = collected();
  const writer = createWriter(format, output.sink);
  await writer.begin(columns);
  for (const batch of batches) await writer.rows(batch);
  await writer.end();
  return output.text();
}

/** A sink that has room for everything. */
export function collected(): { readonly sink: Sink; readonly text: () => string } {
  const chunks: Uint8Array[] = [];
  return {
    sink: { write: async (chunk) => void chunks.push(Buffer.from(chunk)) },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}

/** Columns from `name TYPE`; VARCHAR where no type is said. */
export function columnsOf(...declarations: readonly string[]): readonly ResultColumn[] {
  return declarations.map((declaration) => {
    const [name = '', type = 'VARCHAR'] = declaration.split(' ');
    return { name, type };
  });
}
