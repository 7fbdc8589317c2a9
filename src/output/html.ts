import { createHash } from 'node:crypto';
import type { ResultColumn, Row } from '../values.ts';
import { cellText } from './cell-text.ts';
import { mapped, writePieces } from './chunks.ts';
import { isJson, isNumeric } from './column-kinds.ts';
import type { OutputMetadata, OutputOptions } from './options.ts';
import { countLine } from './table.ts';
import { visibleLines } from './visible-text.ts';
import type { ResultWriter, Sink } from './writer.ts';

/**
 * A page that needs nothing else: a table to read, sort by any column, and print, in light and dark.
 *
 * Whatever a value holds, it is shown as text: the page's policy lets no script run but its own, by its hash, and nothing be fetched.
 * What would reorder or hide text is shown as an escape; other line ends and directions of writing are as they are.
 */
export function createHtmlWriter(sink: Sink, { metadata = {} }: OutputOptions): ResultWriter {
  let toPiece: (row: Row) => string = () => '';
  let count = 0;
  return {
    begin: async (columns) => {
      count = 0;
      const cells = columns.map(cellMaker);
      toPiece = (row) => {
        count += 1;
        return `<tr>${cells.map((toCell, index) => toCell(row[index] ?? null)).join('')}</tr>\n`;
      };
      await sink.write(`${headOf(metadata)}${tableHead(columns)}`);
    },
    rows: (rows) =>
      writePieces(
        sink,
        mapped(rows, (row) => toPiece(row)),
      ),
    end: () =>
      sink.write(`</tbody>\n</table>\n<p>${countLine(count)}</p>\n<script>${SCRIPT}</script>\n</body>\n</html>\n`),
    abort: async () => undefined,
  };
}

function headOf({ query, org, time, version }: OutputMetadata): string {
  const from = [
    ...(org === undefined ? [] : [`<dt>Org</dt><dd>${escaped(org)}</dd>`]),
    ...(time === undefined ? [] : [`<dt>Time</dt><dd><time>${escaped(time)}</time></dd>`]),
    ...(version === undefined ? [] : [`<dt>oktaql</dt><dd>${escaped(version)}</dd>`]),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<title>${escaped(org === undefined ? 'Result' : `Result from ${org}`)}</title>
<style>${STYLE}</style>
</head>
<body>
${query === undefined ? '' : `<pre>${escaped(query)}</pre>\n`}${from.length === 0 ? '' : `<dl>${from.join('')}</dl>\n`}`;
}

function tableHead(columns: readonly ResultColumn[]): string {
  const names = columns.map(
    (column) => `<th scope="col"${classOf(column)}><button type="button">${escaped(column.name)}</button></th>`,
  );
  return `<table>\n<thead>\n<tr>${names.join('')}</tr>\n</thead>\n<tbody>\n`;
}

function classOf(column: ResultColumn): string {
  if (isNumeric(column)) return ' class="number"';
  if (column.type.startsWith('TIMESTAMP')) return ' class="time"';
  return isJson(column) ? ' class="json"' : '';
}

function cellMaker(column: ResultColumn): (value: Row[number]) => string {
  const start = `<td${classOf(column)}>`;
  return (value) => {
    const text = cellText(value, column);
    return text === null ? '<td class="null">NULL</td>' : `${start}${escaped(text)}</td>`;
  };
}

const ENTITIES: Readonly<Partial<Record<string, string>>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A text as HTML shows it. A carriage return would be read as a line feed, so it is shown as what it is; what is no character may not
 * be in a page at all: https://html.spec.whatwg.org/multipage/parsing.html#parse-error-noncharacter-in-input-stream
 */
export function escaped(text: string): string {
  return visibleLines(text)
    .replace(/\p{Noncharacter_Code_Point}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A cell is written from the side that its first letter is from, whatever the page is: `unicode-bidi: plaintext`. */
const STYLE = `
:root{color-scheme:light dark;--line:#ccd;--head:#eef1f6;--dim:#667;--even:#f7f8fb}
@media (prefers-color-scheme:dark){:root{--line:#445;--head:#232838;--dim:#9aa;--even:#1a1d26}}
body{font:14px/1.45 system-ui,sans-serif;margin:1.5rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0 0 .75rem}
dl{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:0 0 1rem;color:var(--dim)}
dt,dd{display:inline;margin:0}dt::after{content:":"}dt{margin-inline-end:-1.1rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{border:1px solid var(--line);padding:.25rem .6rem;text-align:start;vertical-align:top;max-width:60ch;overflow-wrap:break-word;white-space:pre-wrap;unicode-bidi:plaintext}
th{background:var(--head);position:sticky;top:0;padding:0}
th button{all:unset;box-sizing:border-box;display:block;width:100%;padding:.35rem .6rem;font-weight:600;cursor:pointer;white-space:nowrap}
th button:focus-visible{outline:2px solid Highlight;outline-offset:-2px}
th[aria-sort=ascending] button::after{content:" \\25B2"}th[aria-sort=descending] button::after{content:" \\25BC"}
tbody tr:nth-child(even){background:var(--even)}
.number{text-align:end;white-space:nowrap}.json{font-family:ui-monospace,monospace;font-size:.92em}
td.time{white-space:nowrap}
td.null{color:var(--dim);font-style:italic}
@media print{body{margin:0;font-size:9pt}th{position:static}thead{display:table-header-group}tr{break-inside:avoid}td,th button{overflow-wrap:anywhere;white-space:pre-wrap}}
`;

/** Numbers by their digits, since some have more than a double; NULL behind everything. */
const SCRIPT = `
const body=document.querySelector('tbody'),heads=[...document.querySelectorAll('th')];
const texts=new Intl.Collator(undefined,{numeric:true});
const big=/^-?\\d+$/;
const byNumber=(a,b)=>{if(big.test(a)&&big.test(b)){const x=BigInt(a),y=BigInt(b);return x<y?-1:x>y?1:0}return Number(a)-Number(b)||0};
heads.forEach((head,at)=>head.firstChild.addEventListener('click',()=>{
const down=head.getAttribute('aria-sort')==='ascending';
for(const each of heads)each.removeAttribute('aria-sort');
head.setAttribute('aria-sort',down?'descending':'ascending');
const compare=head.className==='number'?byNumber:texts.compare;
const keyed=[...body.rows].map(row=>[row,row.cells[at].className==='null',row.cells[at].textContent]);
keyed.sort((a,b)=>a[1]-b[1]||(a[1]?0:(down?-1:1)*compare(a[2],b[2])));
body.append(...keyed.map(([row])=>row));
}));
`;

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** https://www.w3.org/TR/CSP3/ */
const POLICY = `default-src 'none'; script-src ${hashOf(SCRIPT)}; style-src ${hashOf(STYLE)}; base-uri 'none'; form-action 'none'`;
