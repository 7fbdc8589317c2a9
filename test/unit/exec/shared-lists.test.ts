import { expect, test } from 'vitest';
import { createSharedLists, type SharedLists } from '../../../src/exec/shared-lists.ts';
import type { Page } from '../../../src/http/paging/pages.ts';

const page = (text: string): Page => ({
  status: 200,
  headers: new Headers(),
  text,
  hasNext: false,
  request: { method: 'GET', url: 'https://a.test/', headers: {} },
});

/** A list of these pages that counts how often it is opened, asked and ended. */
function list(texts: readonly string[], fails = false) {
  const counts = { opened: 0, asked: 0, ended: 0 };
  const open = async function* () {
    counts.opened += 1;
    try {
      for (const text of texts) {
        counts.asked += 1;
        await Promise.resolve();
        yield page(text);
      }
      if (fails) throw new Error('cut');
    } finally {
      counts.ended += 1;
    }
  };
  return { counts, open };
}

async function read(lists: SharedLists, open: () => AsyncGenerator<Page>, most = 9): Promise<string> {
  const texts: string[] = [];
  for await (const { text } of lists.pages('/x', open)) {
    texts.push(text);
    if (texts.length >= most) break;
  }
  return texts.join('');
}

const open = (): SharedLists => createSharedLists(new AbortController().signal);

test('readers at the same time and later get all pages of one request', async () => {
  const lists = open();
  const { counts, open: source } = list(['a', 'b', 'c']);
  expect(await Promise.all([read(lists, source), read(lists, source)])).toEqual(['abc', 'abc']);
  expect(await read(lists, source)).toBe('abc');
  expect(counts).toEqual({ opened: 1, asked: 3, ended: 1 });
});

test('a reader that stops early does not end the list for the others', async () => {
  const lists = open();
  const { counts, open: source } = list(['a', 'b', 'c']);
  expect(await read(lists, source, 1)).toBe('a');
  expect(counts.asked).toBe(1);
  expect(await read(lists, source)).toBe('abc');
  expect(counts).toMatchObject({ opened: 1, asked: 3 });
});

test('a failure reaches every reader, with no page in its place', async () => {
  const lists = open();
  const { open: source } = list(['a'], true);
  const results = await Promise.allSettled([read(lists, source), read(lists, source)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(read(lists, source)).rejects.toThrow('cut');
});

test('closing ends what nobody has read to its end', async () => {
  const lists = open();
  const { counts, open: source } = list(['a', 'b']);
  await read(lists, source, 1);
  await lists.close();
  expect(counts).toMatchObject({ asked: 1, ended: 1 });
});
