/**
 * What to write instead, where people bring functions and habits of Postgres, MySQL, SQLite or StackQL.
 *
 * Every hint is a statement that runs: test/unit/engine/hints.test.ts runs its examples.
 *
 * @module
 */

/** Functions of other databases, and what does the same here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  json_arrayagg: 'to_json(list(label ORDER BY label))',
  json_path_exists: "json_exists(settings, '$.notifications.vpn')",
  json_set: "json_merge_patch(settings, json_object('name', label))",
  json_query: "json_extract(settings, '$.notifications')",
  isjson: 'json_valid(label)',
  date_format: "strftime(created, '%Y-%m-%d')",
  to_date: "strptime('23.11.2026', '%d.%m.%Y')",
  str_to_date: "strptime('23.11.2026', '%d.%m.%Y')",
  unix_timestamp: 'epoch(created)',
  from_unixtime: 'to_timestamp(1700000000)',
  getdate: 'now()',
  sysdate: 'now()',
  curdate: 'current_date',
  dateadd: "created + interval '90 days'",
  adddate: "created + interval '90 days'",
  subdate: "created - interval '90 days'",
  timestampdiff: "date_diff('day', created, now())",
  days_between: "date_diff('day', created, now())",
  isnull: "coalesce(label, '')",
  nvl: "coalesce(label, '')",
  charindex: "strpos(label, 'a')",
  locate: "strpos(label, 'a')",
  substring_index: "split_part(label, ' ', 1)",
  find_in_set: "list_contains(string_split(label, ','), 'a')",
  listagg_distinct: "string_agg(DISTINCT label, ',')",
  initcap: 'upper(label[1]) || lower(label[2:])',
};

/** A hint for a function that there is not, if it is known from elsewhere; Postgres's jsonb functions are those of json. */
export function unknownFunctionHint(name: string): string | undefined {
  const plain = name
    .toLowerCase()
    .replace(/^"|"$/g, '')
    .replace(/^jsonb_/, 'json_');
  const instead = Object.hasOwn(ELSEWHERE, plain) ? ELSEWHERE[plain] : undefined;
  return instead === undefined ? undefined : `Write ${instead}.`;
}

interface Advice {
  /** Of the function's or operator's name. */
  readonly name: RegExp;
  /** Of the types of its arguments. */
  readonly types: RegExp;
  readonly hint: string;
}

const TIME = /^(?:TIMESTAMP|DATE\b)/;

/** By the first that fits. */
const ADVICE: readonly Advice[] = [
  { name: /^date_?sub$/, types: /INTERVAL/, hint: "Subtract it: created - interval '1 day'." },
  { name: /^date_?add$/, types: /INTERVAL/, hint: "Add it: created + interval '1 day'." },
  { name: /^date_?diff$/, types: TIME, hint: "The part comes first: date_diff('day', created, now())." },
  { name: /^[-+]$/, types: /^TIMESTAMP.*INTEGER/, hint: "A number of what? Write created - interval '5 days'." },
  {
    name: /^(?:left|right|substr\w*|length|upper|lower|trim|replace|split_part|regexp_\w+|[!~*]*~~?\*?|contains|starts_with|concat)$/,
    types: TIME,
    hint: "A time is no text: write strftime(created, '%Y-%m-%d'), or created::VARCHAR.",
  },
  {
    name: /^(?:date_\w+|strftime|extract|epoch|year|month|day|age|time_bucket)$/,
    types: /VARCHAR/,
    hint: 'A text is no time: write created::TIMESTAMPTZ, or strptime(…) where it is written otherwise.',
  },
  { name: /^\+$/, types: /VARCHAR/, hint: "|| puts texts together: label || 'x'. For a sum write label::DOUBLE." },
  {
    name: /^(?:array_length|len|unnest|list_\w+|array_\w+)$/,
    types: /^JSON/,
    hint: "A JSON list becomes a list by json_extract(features, '$[*]'), one of texts by features->>'$[*]'.",
  },
  {
    name: /^(?:sum|avg|round|abs|floor|ceil|mod|[-*/%])$/,
    types: /VARCHAR|JSON/,
    hint: 'A text is no number: write label::DOUBLE, or try_cast(label AS DOUBLE), which is NULL for a text that is none.',
  },
];

/** A hint for arguments of other types than a function takes. @param signature `left(TIMESTAMP WITH TIME ZONE, INTEGER_LITERAL)` */
export function argumentHint(signature: string): string {
  const [, name = '', types = ''] = /^(.+?)\((.*)\)$/.exec(signature) ?? [];
  const found = ADVICE.find((advice) => advice.name.test(name.toLowerCase()) && advice.types.test(types));
  return found?.hint ?? 'Convert an argument to the type that is wanted: label::VARCHAR, created::DATE.';
}

/** Our macros of SQLite's aggregates cannot be ordered or filtered as aggregates can. */
export function macroHint(name: string): string | undefined {
  switch (name) {
    case 'json_group_array':
      return 'Write to_json(list(label ORDER BY label)).';
    case 'json_group_object':
      return 'Write json_group_object(id, label) over a subquery that has the wanted rows, without DISTINCT, FILTER and ORDER BY.';
    default:
      return undefined;
  }
}
