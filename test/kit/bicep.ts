import { readFile } from 'node:fs/promises';

import { Language, type Node, Parser } from 'web-tree-sitter';

/** What a template says, as far as one can see without the Bicep compiler. */
export interface Template {
  /** What is not Bicep, with its line. */
  readonly errors: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly modules: readonly { readonly symbol: string; readonly file: string; readonly given: readonly string[] }[];
  readonly outputs: readonly string[];
  /** Every `symbol.outputs.name` in it. */
  readonly uses: readonly { readonly symbol: string; readonly output: string }[];
  /** Every name that stands somewhere as a value. */
  readonly identifiers: ReadonlySet<string>;
  /** Every property of every object, as `name: value` in the words of the template. */
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  /** Every variable, in the words of the template. */
  readonly variables: readonly { readonly name: string; readonly value: string }[];
}

interface Parameter {
  readonly name: string;
  /** As the template writes it, without quotes; undefined where it has to be given. */
  readonly default: string | undefined;
  /** The names of its decorators: `description`, `secure` … */
  readonly decorators: readonly string[];
}

const grammar = require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');

let parser: Promise<Parser> | undefined;
const open = async (): Promise<Parser> => {
  await Parser.init();
  return new Parser().setLanguage(await Language.load(await readFile(grammar)));
};

export const readTemplate = async (file: string): Promise<Template> => parseTemplate(await readFile(file, 'utf8'));

export async function parseTemplate(text: string): Promise<Template> {
  const tree = (await (parser ??= open())).parse(text);
  if (!tree) throw new Error('The parser has given up');
  const nodes = [...allOf(tree.rootNode)];
  const ofType = (type: string): Node[] => nodes.filter((node) => node.type === type);
  return {
    errors: nodes
      .filter((node) => node.isError || node.isMissing)
      .map((node) => `line ${node.startPosition.row + 1}: ${node.text.slice(0, 40)}`),
    parameters: ofType('parameter_declaration').map((node) => ({
      name: nameOf(node),
      // After the name and the type.
      default: node.namedChildren.length > 2 ? unquoted(node.namedChildren[2]?.text ?? '') : undefined,
      decorators: decoratorsOf(node),
    })),
    modules: ofType('module_declaration').map((node) => ({
      symbol: nameOf(node),
      file: unquoted(node.namedChildren[1]?.text ?? ''),
      given: propertiesOf(valueOf(node.namedChildren[2], 'params')).map(nameOf),
    })),
    outputs: ofType('output_declaration').map(nameOf),
    uses: ofType('member_expression').flatMap(({ text: expression }) => {
      const [, symbol, output] = /^(\w+)\.outputs\.(\w+)$/.exec(expression) ?? [];
      return symbol !== undefined && output !== undefined ? [{ symbol, output }] : [];
    }),
    identifiers: new Set(
      ofType('identifier')
        .filter(({ parent }) => parent?.type !== 'parameter_declaration')
        .filter((node) => node.parent?.type !== 'object_property' || !node.equals(node.parent.namedChildren[0] ?? node))
        .map((node) => node.text),
    ),
    properties: ofType('object_property').map((node) => ({
      name: nameOf(node),
      value: node.namedChildren[1]?.text ?? '',
    })),
    variables: ofType('variable_declaration').map((node) => ({
      name: nameOf(node),
      value: node.namedChildren[1]?.text ?? '',
    })),
  };
}

function* allOf(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) if (child) yield* allOf(child);
}

const unquoted = (text: string): string => text.replaceAll("'", '');
const nameOf = (node: Node): string => unquoted(node.namedChildren[0]?.text ?? '');

const propertiesOf = (node: Node | null | undefined): Node[] =>
  (node?.namedChildren ?? []).filter((child): child is Node => child?.type === 'object_property');

const valueOf = (node: Node | null | undefined, name: string): Node | null | undefined =>
  propertiesOf(node).find((property) => nameOf(property) === name)?.namedChildren[1];

/** Decorators stand before a declaration, or around it. */
function decoratorsOf(node: Node): string[] {
  const before = node.previousNamedSibling;
  const text = before?.type === 'decorators' ? before.text : '';
  return [...text.matchAll(/^@(\w+)\(/gm)].map(([, name = '']) => name);
}
