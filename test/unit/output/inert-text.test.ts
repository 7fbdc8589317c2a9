import { expect, test } from 'vitest';
import { inertText } from '../../../src/output/inert-text.ts';
import { columnsOf, renderWith } from './render.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+cmd|x', "'+cmd|x"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\tx', "'\tx"],
  ['\rx', "'\rx"],
  ['\n=x', "'\n=x"],
  ['＝1', "'＝1"],
  ['-5', '-5'],
  ['+46701234567', '+46701234567'],
  ['-1.5e3', '-1.5e3'],
  ['+1,5', '+1,5'],
  ['-', "'-"],
  ['a=1', 'a=1'],
  ['', ''],
])('%j is %j', (text, inert) => {
  expect(inertText(text)).toBe(inert);
});

test('cells and names, numbers aside; each in quotes, so that no other separator begins one', async () => {
  const columns = columnsOf('=id', 'n BIGINT', 'none', 'empty', 'list');
  const rows = [['a;=1', -5, null, '', '=HYPERLINK("x")']];
  expect((await renderWith({ safeCsv: true }, 'csv', columns, rows)).toString()).toBe(
    `"'=id","n","none","empty","list"\n"a;=1","-5",,"","'=HYPERLINK(""x"")"\n`,
  );
});
