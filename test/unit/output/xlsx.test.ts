import { expect, test } from 'vitest';
import { createWriter } from '../../../src/output/writers.ts';
import { collected, columnsOf } from './render.ts';

test('a text that no cell holds is an error that says where it is', async () => {
  const writer = createWriter('xlsx', collected().sink);
  await writer.begin(columnsOf('id', 'n'));
  await writer.rows([['a', 'b']]);
  const adding = writer.rows([['a', 'x'.repeat(40_000)]]);
  await expect(adding).rejects.toThrow('A cell of xlsx holds 32767 characters, and row 3 of "n" has 40000.');
});

test('rows that no workbook of ours holds are an error, and none is left out', async () => {
  const output = collected();
  const writer = createWriter('xlsx', output.sink);
  await writer.begin(columnsOf(...Array.from({ length: 1_000 }, (_, index) => `c${index}`)));
  const row = Array.from({ length: 1_000 }, () => null);
  await writer.rows(Array.from({ length: 1_999 }, () => row));
  await expect(writer.rows([row])).rejects.toThrow('The result has more than 2000000 cells');
  expect(output.bytes()).toHaveLength(0);
});
