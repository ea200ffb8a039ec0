import type * as Yaml from 'yaml';

import type { GraphError } from '../errors.ts';
import { detailOf, type Problem, refusal } from './input.ts';
import { type Seed, seedSchema } from './seed.ts';

/** A seed that has been read, and the refusal of it for what else turns out to be wrong. */
export interface ReadSeed {
  readonly seed: Seed;
  readonly refused: (problems: readonly Problem[]) => GraphError;
}

/**
 * A seed out of YAML or JSON, which is YAML too.
 *
 * @throws GraphError `controlRefused` that names all that is wrong, each with its line
 */
export async function readSeed(text: string): Promise<ReadSeed> {
  // A tenth of a start, and few begin with a seed.
  const yaml = await import('yaml');
  const excess = excessOf(text, yaml);
  if (excess) throw refusal([detailOf({ path: [], message: excess })]);
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): string => `line ${lines.linePos(offset).line}: `;
  if (document.errors.length > 0)
    throw refusal(document.errors.map(({ message, pos: [at] }) => detailOf({ path: [], message }, lineAt(at))));
  const lineOf = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (yaml.isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return '';
  };
  const refused = (problems: readonly Problem[]): GraphError =>
    refusal(problems.map((problem) => detailOf(problem, lineOf(problem.path))));
  const parsed = seedSchema().safeParse(jsOf(document));
  if (!parsed.success) throw refused(parsed.error.issues);
  return { seed: parsed.data, refused };
}

/** Far beyond any seed. What is deeper takes the process down with the reader of YAML; in a map it compares each key with each. */
const most = { levels: 100, keys: 1000 };

/** What is wrong with the shape of a text, told by what reads YAML without recursion before the rest gets to see it. */
function excessOf(text: string, { Lexer, Parser }: typeof Yaml): string | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > most.levels) return `must not be nested more than ${most.levels} deep`;
    const top = parser.stack.at(-1);
    const isMap = top?.type === 'block-map' || (top?.type === 'flow-collection' && top.start.source === '{');
    if (isMap && top.items.length > most.keys) return `must not have more than ${most.keys} keys in one map`;
  }
  return undefined;
}

/** As plain values. An alias may be used, but not to make much out of little. */
function jsOf(document: ReturnType<typeof Yaml.parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw refusal([detailOf({ path: [], message: cause instanceof Error ? cause.message : 'cannot be read' })]);
  }
}
