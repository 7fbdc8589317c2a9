import { expect, test } from 'vitest';
import { positionAt, positionsAt } from '../../../../src/sql/text/position.ts';

test('many places are those that each would be by itself', () => {
  const text = 'a é\n😀b;\r\n\n c\n';
  const offsets = [...Array(text.length + 1).keys()].filter((at) => !/[\udc00-\udfff]/.test(text[at] ?? ''));
  expect(positionsAt(text, offsets)).toEqual(offsets.map((offset) => positionAt(text, offset)));
});
