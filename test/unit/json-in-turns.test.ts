import { describe, expect, test } from 'vitest';

import { parseJson } from '../../src/json.ts';
import { parseJsonInTurns, TooMuchJson } from '../../src/json-in-turns.ts';

const FILL = 'x'.repeat(100);
const item = (id: number): string => `{"id":${id},"a":[${id}, {"b":"${FILL}\\"]},{[\\\\"}], "long": 9007199254740993}`;
const items = (count: number): string => Array.from({ length: count }, (_, id) => item(id)).join(',\n');
const padding = ' '.repeat(600_000);

/** Each is longer than is read in one go. */
describe('gives what JSON.parse gives', () => {
  test.each<[name: string, text: string]>([
    ['a list', `[${items(9_000)}]`],
    ['a list inside an object', `{"first":1,"data":{"items":[${items(9_000)}],"next":"c"},"last":{"x":[]}}`],
    ['lists inside lists', `[[${items(8_000)}],[],[${items(8_000)}],7,[[${items(8_000)}]]]`],
    ['an object of many members', `{${Array.from({ length: 40_000 }, (_, id) => `"k${id}":${item(id)}`).join(',')}}`],
    [
      'names that every object has',
      `{"__proto__":[${items(8_000)}],"constructor":${item(1)},"a":{"__proto__":[${items(8_000)}]}}`,
    ],
    ['a member that comes twice', `{"a":[${items(8_000)}],"b":1,"a":[${items(1_000)}]}`],
    ['a long text', `{"a":9007199254740993,"text":"${'\\u0041\\"'.repeat(200_000)}","list":[${items(1_000)}]}`],
    ['blanks everywhere', `${padding}[${padding}${item(1)}${padding},${padding}${item(2)}${padding}]${padding}`],
    ['an empty list in blanks', `[${padding}]`],
    ['a text alone', `"${'9'.repeat(1_200_000)}"`],
  ])('%s', async (_name, text) => {
    expect(text.length).toBeGreaterThan(2 ** 19);
    const value = await parseJsonInTurns(text);
    expect(value).toEqual(parseJson(text));
    expect(Object.getPrototypeOf(value)).toBe(Object.getPrototypeOf(parseJson(text)));
  });
});

describe('refuses what JSON.parse refuses', () => {
  const good = items(9_000);
  test.each<[name: string, text: string]>([
    ['no end', `[${good}`],
    ['a second value', `[${good}][]`],
    ['a comma too many', `[${good},]`],
    ['a comma at first', `[,${good}]`],
    ['two commas', `[${good},${padding},${good}]`],
    ['another bracket', `[${good}}`],
    ['a bracket too many', `[${good}]]`],
    ['no comma', `[[${good}] [${good}]]`],
    ['no comma behind', `[[${good}] 1,2]`],
    ['no name', `{"a":[${good}],[${good}]}`],
    ['no colon', `{"a" [${good}]}`],
    ['a name in a list', `[${good},"a":1]`],
    ['a text without an end', `["${'x'.repeat(300_000)}]`],
    ['a word', `${good}`],
  ])('%s', async (_name, text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    await expect(parseJsonInTurns(text)).rejects.toThrow(SyntaxError);
  });
});

describe('refuses what is too much', () => {
  test.each<[name: string, text: () => string, message: string]>([
    ['values', () => `[${'{},'.repeat(2_100_000)}{}]`, 'more than 2000000 values'],
    ['levels', () => `${'['.repeat(600_000)}${']'.repeat(600_000)}`, 'nested more than 512 deep'],
    ['levels of objects', () => `${'{"a":'.repeat(300_000)}1${'}'.repeat(300_000)}`, 'nested more than 512 deep'],
    ['digits', () => `[1,${'9'.repeat(1_200_000)}]`, 'a number of more than 1000 digits'],
    [
      'members',
      () => `[{"a":{${Array.from({ length: 100_001 }, (_, id) => `"k${id}":1`).join(',')}}}]`,
      'an object of more than 100000 members',
    ],
    ['blanks', () => `[1,${' '.repeat(5 * 2 ** 20)}2]`, 'more than 4194304 blanks in a row'],
    ['characters', () => `["${'x'.repeat(17 * 2 ** 20)}"]`, 'a text of more than 16777216 characters'],
    ['characters without an end', () => `["${'x'.repeat(17 * 2 ** 20)}`, 'a text of more than 16777216 characters'],
  ])('%s', async (_name, text, message) => {
    const reading = parseJsonInTurns(text());
    await expect(reading).rejects.toThrow(TooMuchJson);
    await expect(reading).rejects.toThrow(message);
  });
});

test('as many members as there may be', async () => {
  const text = `{${Array.from({ length: 100_000 }, (_, id) => `"k${id}":1`).join(',')}}`;
  expect(Object.keys((await parseJsonInTurns(text)) as object)).toHaveLength(100_000);
});

test('others have their turn while a large text is read', async () => {
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 0);
  await parseJsonInTurns(`[${items(60_000)}]`);
  clearInterval(counting);
  expect(turns).toBeGreaterThan(1);
});

test('whoever gives up waits no longer than for one part', async () => {
  const stop = new AbortController();
  const reading = parseJsonInTurns(`[${items(60_000)}]`, stop.signal);
  stop.abort();
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
});
