import { Document, isCollection, isPair, isScalar, type Node, visit } from 'yaml';

const LINE_WIDTH = 120;

/** Below these, and as these, short maps stand on one line. Everything else is in block form. */
const COMPACT_BELOW = ['properties', 'x-oktaql'];
const COMPACT_AS = ['schema', 'items'];

/**
 * A document as YAML that readers of 1.1 and of 1.2 read alike: StackQL's takes a plain `n` or `y` for false or true, also as
 * a key, so that a column of that name would be lost.
 */
export function renderYaml(document: unknown): string {
  const yaml = new Document(document, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(yaml, {
    Collection(_, node, path) {
      if (node.items.length > 0 && isCompact(path) && widthOf(node, path) <= LINE_WIDTH) node.flow = true;
    },
  });
  return yaml.toString({
    lineWidth: LINE_WIDTH,
    flowCollectionPadding: true,
    // References are quoted for their #, and are not to be broken over two lines.
    doubleQuotedMinMultiLineLength: 1000,
  });
}

type Path = readonly unknown[];

function isCompact(path: Path): boolean {
  const keys = path.filter(isPair).map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  const last = keys.at(-1) ?? '';
  return COMPACT_AS.includes(last) || keys.slice(0, -1).some((key) => COMPACT_BELOW.includes(key));
}

/** As JSON it is a little wider than as YAML: the quotes of the keys. */
function widthOf(node: Node, path: Path): number {
  const pair = path.at(-1);
  const key = isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : '';
  const indent = path.filter(isCollection).length * 2;
  return indent + key.length + 2 + JSON.stringify(node).length;
}
