import { afterAll, describe, expect, it } from 'vitest';
import { createSession, QueryError } from '../../../src/index.ts';
import { createSimulator } from '../../../src/simulator/index.ts';

const simulator = createSimulator();
const session = createSession({
  token: simulator.token,
  subdomain: 'my-org',
  fetch: (request) => simulator.handle(request),
});
afterAll(() => session.close());

async function failureOf(sql: string): Promise<QueryError> {
  const failure: unknown = await session.query(sql).catch((error: unknown) => error);
  if (failure instanceof QueryError) return failure;
  throw new Error(`${sql} did not fail as it should: ${String(failure)}`);
}

const FROM = 'FROM okta.apps.applications';

/** What a hint says to write, as a statement. */
function suggested(hint: string): string {
  const written = /^Write (.*)\.$/s.exec(hint)?.[1];
  if (written === undefined) throw new Error(`The hint shows nothing to write: ${hint}`);
  return `SELECT ${written} ${FROM}`;
}

describe('functions that are known from elsewhere', () => {
  it.each([
    ...['json_arrayagg', 'jsonb_path_exists', 'jsonb_set', 'json_query', 'isjson', 'date_format'],
    ...[
      'to_date',
      'str_to_date',
      'unix_timestamp',
      'from_unixtime',
      'getdate',
      'sysdate',
      'curdate',
      'dateadd',
      'adddate',
    ],
    ...['subdate', 'timestampdiff', 'days_between', 'isnull', 'nvl', 'charindex', 'locate', 'substring_index'],
    ...['find_in_set', 'initcap'],
  ])('%s has a hint that runs', async (name) => {
    const failure = await failureOf(`SELECT ${name}(label, 'x') ${FROM}`);
    expect(failure.message).toBe(`There is no function ${name}.`);
    await expect(session.query(suggested(failure.hint ?? ''))).resolves.toBeDefined();
  });
});

describe('arguments of other types than a function takes', () => {
  it.each([
    ['left(created, 10)', 'left(TIMESTAMP WITH TIME ZONE, INTEGER_LITERAL)', "strftime(created, '%Y-%m-%d')"],
    ["created LIKE '2026%'", '~~(TIMESTAMP WITH TIME ZONE, STRING_LITERAL)', 'created::VARCHAR'],
    ['date_sub(now(), INTERVAL 1 DAY)', 'date_sub(TIMESTAMP WITH TIME ZONE, INTERVAL)', "created - interval '1 day'"],
    ['datediff(now(), created)', 'datediff(TIMESTAMP WITH TIME ZONE', "date_diff('day', created, now())"],
    ['created - 5', '-(TIMESTAMP WITH TIME ZONE, INTEGER_LITERAL)', "created - interval '5 days'"],
    ['label + 1', '+(VARCHAR, INTEGER_LITERAL)', "label || 'x'"],
    ['sum(label)', 'sum(VARCHAR)', 'try_cast(label AS DOUBLE)'],
    ["date_trunc('day', label)", 'date_trunc(STRING_LITERAL, VARCHAR)', 'created::TIMESTAMPTZ'],
    ["strftime(label, '%Y')", 'strftime(VARCHAR, STRING_LITERAL)', 'created::TIMESTAMPTZ'],
    ['array_length(features)', 'array_length(JSON)', "json_extract(features, '$[*]')"],
    ['unnest(features)', 'not JSON', "features->>'$[*]'"],
    ['json_group_array(label ORDER BY label)', 'json_group_array takes no', 'to_json(list(label ORDER BY label))'],
  ])('%s shows its types, and what to write', async (expression, shown, advice) => {
    const failure = await failureOf(`SELECT ${expression} ${FROM}`);
    expect(failure.message).toContain(shown);
    expect(failure.hint).toContain(advice);
    await expect(session.query(`SELECT ${advice} ${FROM}`)).resolves.toBeDefined();
  });

  it('shows no long name, as a key could stand there', async () => {
    const key = 'kBeV9Nq0wr3mYf1tZx7cJdHs5aUoLgPi2EbQvXy8R4nMThWzC';
    const failure = await failureOf(`SELECT "${key}"(label) ${FROM}`);
    expect(failure.message + failure.hint).not.toContain(key);
  });
});

describe('habits', () => {
  it.each([
    [
      `SELECT \`label\` ${FROM}`,
      'A name stands in double quotes, not in backticks (line 1, column 8).',
      'Write "label".',
    ],
    [`SELECT label ${FROM} LIMIT 5, 10`, 'LIMIT takes one number (line 1, column 49).', 'Write LIMIT 10 OFFSET 5'],
    [`SELECT label ${FROM} WHERE subdomain = my-org`, 'There is no column "my" here.', "subdomain = 'my-org'."],
    [`SELECT label ${FROM} WHERE subdomain=acme.okta.com`, 'acme', "subdomain = 'acme.okta.com'."],
    [`SELECT label ${FROM} WHERE subdomain = 'my-org' AND label = a@example.com`, '"a"', "label = 'a@example.com'."],
    [
      'DELETE FROM okta.apps.applications WHERE subdomain = my-org',
      'There is no column "my" here.',
      "subdomain = 'my-org'.",
    ],
  ])('%s', async (sql, message, hint) => {
    const failure = await failureOf(sql);
    expect(failure.message).toContain(message);
    expect(failure.hint).toContain(hint);
  });

  it('are no business of texts and comments', async () => {
    const { rows } = await session.query("SELECT '`x` LIMIT 5, 10' AS t /* `y` LIMIT 1, 2 */");
    expect(rows).toEqual([['`x` LIMIT 5, 10']]);
  });

  it('a name that is no column and stands elsewhere has the usual hint', async () => {
    expect((await failureOf(`SELECT acme ${FROM}`)).hint).not.toContain('single quotes: ');
  });
});
