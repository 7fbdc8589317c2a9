import type {
  ColumnRef,
  Constant,
  FromNode,
  Limit,
  OutputColumn,
  Qual,
  QueryBlock,
  SelectBlock,
} from '../../../src/sql/statement.ts';

/** A block on one line, as a table of cases can hold it; its parts are separated by bars. */
export function showBlock(block: QueryBlock): string {
  const ctes = block.ctes.map(({ name, columnNames, isRecursive, block: inner }) => {
    const columns = columnNames.length > 0 ? `(${columnNames.join(',')})` : '';
    return `${isRecursive ? 'recursive ' : ''}${name}${columns}: {${showBlock(inner)}}`;
  });
  const parts = [
    ...(ctes.length > 0 ? [`with ${ctes.join(', ')}`] : []),
    ...(block.kind === 'set' ? [block.arms.map((arm) => `{${showBlock(arm)}}`).join(' + ')] : selectParts(block)),
    ...block.subqueries.map((inner) => `query {${showBlock(inner)}}`),
    ...(block.limit === undefined ? [] : [showLimit(block.limit)]),
    ...(block.isTransparent || block.limit !== undefined ? [] : ['opaque']),
  ];
  return parts.join(' | ');
}

function selectParts(block: SelectBlock): readonly string[] {
  return [
    block.output.map(showOutput).join(', '),
    ...(block.from === undefined ? [] : [`from ${showFrom(block.from)}`]),
    ...block.where.map((qual) => `where ${showQual(qual)}`),
    ...(block.isRowwise ? [] : ['not rowwise']),
  ];
}

function showOutput(output: OutputColumn): string {
  if (output.kind === 'other') return '?…';
  if (output.kind === 'expression') return output.name === undefined ? '?' : `? as ${output.name}`;
  if (output.kind === 'star') return output.qualifier === undefined ? '*' : `${output.qualifier}.*`;
  const column = showColumn(output.column);
  return output.name === output.column.name && output.column.path === undefined
    ? column
    : `${column} as ${output.name}`;
}

function showLimit({ count, offset, isOther }: Limit): string {
  const parts = [
    isOther ? 'limit ?' : '',
    count ? `limit ${showConstant(count)}` : '',
    offset ? `offset ${showConstant(offset)}` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** Joins in parentheses, tables with their ordinals. */
function showFrom(node: FromNode): string {
  switch (node.kind) {
    case 'table':
      return `${node.ordinal}:${node.name.join('.')}${node.alias === undefined ? '' : ` ${node.alias}`}`;
    case 'opaque':
      return `<${node.alias}>`;
    case 'derived': {
      const columns = node.columnNames.length > 0 ? `(${node.columnNames.join(',')})` : '';
      return `{${showBlock(node.block)}} ${node.alias}${columns}`.trim();
    }
    case 'join': {
      const on = node.on.map((qual) => ` on ${showQual(qual)}`).join('');
      const using = node.using.length > 0 ? ` using ${node.using.join(',')}` : '';
      const word = `${node.isNatural ? 'natural ' : ''}${node.join}`;
      return `(${showFrom(node.left)} ${word} ${showFrom(node.right)}${on}${using})`;
    }
  }
}

export function showColumn({ before = [], qualifier, name, path = [] }: ColumnRef): string {
  return (
    [...before, ...(qualifier === undefined ? [] : [qualifier]), name].join('.') +
    path.map((member) => `->${member}`).join('')
  );
}

function showConstant(constant: Constant): string {
  return constant.kind === 'literal' ? JSON.stringify(constant.value) : `computed ${constant.text}`;
}

export function showQual(qual: Qual): string {
  switch (qual.kind) {
    case 'in':
      return `${showColumn(qual.column)} in [${qual.values.map(showConstant).join(',')}]`;
    case 'compare':
      return `${showColumn(qual.column)} ${qual.operator} ${showConstant(qual.value)}`;
    case 'like':
      return `${showColumn(qual.column)} like ${showConstant(qual.pattern)}`;
    case 'null':
      return `${showColumn(qual.column)} is ${qual.isNull ? '' : 'not '}null`;
    case 'and':
    case 'or':
      return `(${qual.quals.map(showQual).join(` ${qual.kind} `)})`;
    case 'sameAs':
      return `${showColumn(qual.left)} = ${showColumn(qual.right)}`;
    case 'inQuery':
      return `${showColumn(qual.column)} in query ${qual.subquery}`;
    case 'constant':
      return showConstant(qual.value);
    case 'other':
      return `?${qual.columns.map(showColumn).join(',')}${qual.text === undefined ? '' : ` ${qual.text}`}`;
  }
}
