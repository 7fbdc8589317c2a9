import type { OutputOptions } from '../../../src/output/options.ts';
import type { Sink } from '../../../src/output/writer.ts';
import { createWriter, type OutputFormat } from '../../../src/output/writers.ts';
import type { ResultColumn, Row } from '../../../src/values.ts';

/** A whole result as text, its rows handed over in the given batches. */
export async function render(
  format: OutputFormat,
  columns: readonly ResultColumn[],
  ...batches: readonly (readonly Row[])[]
): Promise<string> {
  return (await renderWith({}, format, columns, ...batches)).toString('utf8');
}

/** {@link render} with options, as bytes. */
export async function renderWith(
  options: OutputOptions,
  format: OutputFormat,
  columns: readonly ResultColumn[],
  ...batches: readonly (readonly Row[])[]
): Promise<Buffer> {
  const output = collected();
  const writer = createWriter(format, output.sink, options);
  await writer.begin(columns);
  for (const batch of batches) await writer.rows(batch);
  await writer.end();
  return output.bytes();
}

/** A sink that has room for everything. */
export function collected(): { readonly sink: Sink; readonly text: () => string; readonly bytes: () => Buffer } {
  const chunks: Uint8Array[] = [];
  return {
    sink: { write: async (chunk) => void chunks.push(Buffer.from(chunk)) },
    text: () => Buffer.concat(chunks).toString('utf8'),
    bytes: () => Buffer.concat(chunks),
  };
}

/** Columns from `name TYPE`; VARCHAR where no type is said. */
export function columnsOf(...declarations: readonly string[]): readonly ResultColumn[] {
  return declarations.map((declaration) => {
    const [name = '', type = 'VARCHAR'] = declaration.split(' ');
    return { name, type };
  });
}
