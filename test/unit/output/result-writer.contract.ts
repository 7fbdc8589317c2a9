import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import type { ResultWriter, Sink } from '../../../src/output/writer.ts';
import type { ResultColumn, Row, Value } from '../../../src/values.ts';
import { collected, columnsOf } from './render.ts';

const LONG = 'x'.repeat(1_000_000);

/** Values that formats have got wrong: each as the one cell of a result. */
const NASTY: Readonly<Record<NastyName, readonly [type: string, value: Value]>> = {
  null: ['VARCHAR', null],
  empty: ['VARCHAR', ''],
  quotes: ['VARCHAR', `"it's"`],
  newline: ['VARCHAR', 'a\nb'],
  comma: ['VARCHAR', 'a,b'],
  emoji: ['VARCHAR', '👩‍👩‍👧 🎉'],
  rightToLeft: ['VARCHAR', 'שלום'],
  cjk: ['VARCHAR', '東京'],
  long: ['VARCHAR', LONG],
  json: ['JSON', { a: ['b', null] }],
  jsonText: ['JSON', '1'],
  before1970: ['TIMESTAMPTZ', new Date('1901-02-03T04:05:06.007Z')],
  bigint: ['BIGINT', 9_007_199_254_740_993n],
  negativeBigint: ['BIGINT', -9_223_372_036_854_775_808n],
  notANumber: ['DOUBLE', Number.NaN],
  boolean: ['BOOLEAN', false],
};

type NastyName =
  | 'null'
  | 'empty'
  | 'quotes'
  | 'newline'
  | 'comma'
  | 'emoji'
  | 'rightToLeft'
  | 'cjk'
  | 'long'
  | 'json'
  | 'jsonText'
  | 'before1970'
  | 'bigint'
  | 'negativeBigint'
  | 'notANumber'
  | 'boolean';

export const LONG_CELL: string = LONG;

/** What an implementation says of itself. */
export interface WriterFacts {
  /** The one cell of a result with one column, `v`, and one row. */
  readonly cellIn: (output: Buffer) => unknown;
  /** What that is for each value. */
  readonly cells: Readonly<Record<NastyName, unknown>>;
  /** The names of the users in the column `login`, in the order of the rows. Default: as they stand in the text. */
  readonly loginsIn?: (output: Buffer) => readonly string[] | Promise<readonly string[]>;
  /** How many times as many rows a chunk takes as those of text do: what is compressed takes more. Default is 1. */
  readonly rowsFactor?: number;
  /** Cases that it cannot pass by its nature. */
  readonly exceptions?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** Bytes that may be under way at once: a chunk of 32,768 units, three bytes each, and the row that filled it. */
const MOST_OUTSTANDING = 3 * 32_768 + 2_000;

/** Rows of some 150 bytes, a quarter of them in three-byte characters. */
const rowsOf = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, index) => [
    index,
    `user${index}@example.com`,
    '東'.repeat(20) + noise(index),
    index % 2 === 0,
  ]);
const COLUMNS = columnsOf('id BIGINT', 'login', 'name', 'flag BOOLEAN');

/** Thirty characters that nothing compresses much. */
function noise(seed: number): string {
  return createHash('sha256').update(String(seed)).digest('base64').slice(0, 30);
}

function loginsInText(output: Buffer): readonly string[] {
  return [...output.toString('utf8').matchAll(/user\d+@example\.com/g)].map(([login]) => login);
}

/** What every writer has to do, whatever it writes. */
export function resultWriterContract(name: string, create: (sink: Sink) => ResultWriter, facts: WriterFacts): void {
  const { exceptions = [], cellIn, cells, rowsFactor = 1, loginsIn = loginsInText } = facts;
  const check = (title: string, run: () => Promise<void>): void => {
    // A format that has to see the last row before it writes the first cannot write as rows come: each says which and why.
    if (!exceptions.some(({ tests }) => tests.includes(title))) test(title, run);
  };
  const bytesOf = async (...results: readonly Result[]): Promise<Buffer> => {
    const output = collected();
    const writer = create(output.sink);
    for (const result of results) await writeAll(writer, result);
    return output.bytes();
  };
  // One character for each byte: whatever is written can be compared.
  const written = async (...results: readonly Result[]): Promise<string> =>
    (await bytesOf(...results)).toString('latin1');

  describe(`${name}: what is written`, () => {
    check('a result without rows, however its batches come', async () => {
      const none = await written({ columns: COLUMNS, batches: [] });
      expect(await written({ columns: COLUMNS, batches: [[], []] })).toBe(none);
    });

    check('a result without columns, with rows and without', async () => {
      const none = await written({ columns: [], batches: [] });
      const two = await written({ columns: [], batches: [[[], []]] });
      expect(await written({ columns: [], batches: [[[]], [], [[]]] })).toBe(two);
      expect(two.length).toBeGreaterThanOrEqual(none.length);
    });

    check('several results, one after another, as each alone', async () => {
      const first = { columns: columnsOf('a'), batches: [[['x'], ['y']]] };
      const second = { columns: columnsOf('b BIGINT', 'c'), batches: [[[1, 'z']]] };
      const third = { columns: columnsOf('d'), batches: [] };
      const alone = [await written(first), await written(second), await written(third), await written(first)];
      expect(await written(first, second, third, first)).toBe(alone.join(''));
    });

    check('many batches as one', async () => {
      const rows = rowsOf(3_000);
      const whole = await written({ columns: COLUMNS, batches: [rows] });
      for (const size of [1, 7, 2_999]) {
        expect(await written({ columns: COLUMNS, batches: inBatches(rows, size) })).toBe(whole);
      }
    });

    check('every row, in order', async () => {
      const logins = await loginsIn(await bytesOf({ columns: COLUMNS, batches: inBatches(rowsOf(3_000), 2_048) }));
      expect(logins).toEqual(Array.from({ length: 3_000 }, (_, index) => `user${index}@example.com`));
    });

    for (const [each, [type, value]] of Object.entries(NASTY) as readonly [NastyName, readonly [string, Value]][]) {
      check(`a cell: ${each}`, async () => {
        const cell = await cellIn(await bytesOf({ columns: columnsOf(`v ${type}`), batches: [[[value]]] }));
        // Of a long text that differs, vitest would print a megabyte.
        expect(cell === cells[each] ? 'as expected' : String(cell).slice(0, 1_000)).toBe('as expected');
      });
    }

    check('nasty cells beside each other, in any batches', async () => {
      const values = Object.values(NASTY).map(([, value]) => value);
      const columns = Object.values(NASTY).map(([type], index) => ({ name: `c${index}`, type }));
      const whole = await written({ columns, batches: [[values, values, values]] });
      expect((await written({ columns, batches: [[values], [values, values]] })) === whole).toBe(true);
    });
  });

  describe(`${name}: the sink`, () => {
    check('is given a chunk at a time, no large ones, and not one for each row', async () => {
      const sink = slowSink();
      await writeAll(create(sink), { columns: COLUMNS, batches: inBatches(rowsOf(4_000 * rowsFactor), 2_048) });
      expect(sink.mostWrites()).toBe(1);
      expect(sink.mostBytes()).toBeLessThanOrEqual(MOST_OUTSTANDING);
      expect(sink.writes()).toBeLessThan(100);
    });

    check('is waited for', async () => {
      const sink = stuckSink();
      let isDone = false;
      const writing = writeAll(create(sink), { columns: COLUMNS, batches: [rowsOf(5_000 * rowsFactor)] }).then(() => {
        isDone = true;
      });
      // Some write nothing before the end.
      await vi.waitFor(() => expect(sink.writes()).toBeGreaterThan(0), { timeout: 300_000, interval: 1 });
      await turns(20);
      expect([sink.writes(), isDone]).toEqual([1, false]);
      sink.letGo();
      await writing;
      expect(sink.writes()).toBeGreaterThan(1);
    });

    check('has the rows when `rows` resolves', async () => {
      const output = collected();
      const writer = create(output.sink);
      await writer.begin(COLUMNS);
      await writer.rows(rowsOf(3));
      expect(output.text()).toContain('user2@');
      await writer.rows(rowsOf(4));
      expect(output.text()).toContain('user3@');
    });

    check('that fails is the failure of the call, whichever write it was, and is given nothing more', async () => {
      const result = { columns: COLUMNS, batches: inBatches(rowsOf(1_000 * rowsFactor), 300) };
      const counting = slowSink();
      await writeAll(create(counting), result);
      expect(counting.writes()).toBeGreaterThan(2);
      for (let at = 1; at <= counting.writes(); at += 1) {
        const sink = failingSink(at);
        const writer = create(sink);
        await expect(writeAll(writer, result)).rejects.toBe(sink.failure);
        await writer.abort();
        const whatever = [() => writer.rows(rowsOf(1_000)), () => writer.end(), () => writer.begin(COLUMNS)];
        for (const call of whatever) await call().catch(() => undefined);
        expect(sink.writes()).toBe(at);
      }
    });

    check('that throws instead of rejecting is the failure of the call, too', async () => {
      const failure = new Error('thrown');
      const sink: Sink = {
        write: () => {
          throw failure;
        },
      };
      await expect(writeAll(create(sink), { columns: COLUMNS, batches: [rowsOf(1_000 * rowsFactor)] })).rejects.toBe(
        failure,
      );
    });
  });

  describe(`${name}: a result that is given up`, () => {
    const next: Result = { columns: columnsOf('a'), batches: [[['x']]] };

    test.each<[when: string, before: (writer: ResultWriter) => Promise<void>]>([
      ['before it begins', async () => undefined],
      ['when it has begun', (writer) => writer.begin(COLUMNS)],
      [
        'between its rows',
        async (writer) => {
          await writer.begin(COLUMNS);
          await writer.rows(rowsOf(1_000));
        },
      ],
      ['after its end', (writer) => writeAll(writer, { columns: COLUMNS, batches: [rowsOf(3)] })],
    ])('%s writes nothing more, twice too, and the next one is whole', async (_when, before) => {
      const output = collected();
      const writer = create(output.sink);
      await before(writer);
      const left = output.bytes().toString('latin1');
      await writer.abort();
      await writer.abort();
      expect(output.bytes().toString('latin1')).toBe(left);
      await writeAll(writer, next);
      expect(output.bytes().toString('latin1')).toBe(left + (await written(next)));
    });
  });
}

interface Result {
  readonly columns: readonly ResultColumn[];
  readonly batches: readonly (readonly Row[])[];
}

async function writeAll(writer: ResultWriter, { columns, batches }: Result): Promise<void> {
  await writer.begin(columns);
  for (const batch of batches) await writer.rows(batch);
  await writer.end();
}

function inBatches(rows: readonly Row[], size: number): readonly (readonly Row[])[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
}

/** Lets everything run that is ready to, so many times. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

interface CountingSink extends Sink {
  readonly writes: () => number;
}

/** Needs a while for each chunk, and knows how much was under way at most. */
function slowSink(): CountingSink & { readonly mostWrites: () => number; readonly mostBytes: () => number } {
  const most = { writes: 0, bytes: 0 };
  const now = { writes: 0, bytes: 0 };
  let writes = 0;
  return {
    write: async (chunk) => {
      const bytes = Buffer.from(chunk).length;
      writes += 1;
      now.writes += 1;
      now.bytes += bytes;
      most.writes = Math.max(most.writes, now.writes);
      most.bytes = Math.max(most.bytes, now.bytes);
      await turns(2);
      now.writes -= 1;
      now.bytes -= bytes;
    },
    writes: () => writes,
    mostWrites: () => most.writes,
    mostBytes: () => most.bytes,
  };
}

/** Takes the first chunk and has room for no other, until it is let go. */
function stuckSink(): CountingSink & { readonly letGo: () => void } {
  let writes = 0;
  let letGo = (): void => undefined;
  const free = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return {
    write: (): Promise<void> => {
      writes += 1;
      return free;
    },
    writes: () => writes,
    letGo: () => letGo(),
  };
}

/** Takes all chunks before the one of that number. */
function failingSink(at: number): CountingSink & { readonly failure: Error } {
  const failure = new Error('the disk is full');
  let writes = 0;
  return {
    write: async () => {
      writes += 1;
      if (writes >= at) throw failure;
    },
    writes: () => writes,
    failure,
  };
}
