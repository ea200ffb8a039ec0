import { createHash } from 'node:crypto';

import { isNode, Lexer, LineCounter, parseDocument, Parser } from 'yaml';

import type { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import type { Kind } from '../store/store.ts';
import { baseOf } from './control.ts';
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
export function readSeed(text: string): ReadSeed {
  const excess = excessOf(text);
  if (excess) throw refusal([detailOf({ path: [], message: excess })]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): string => `line ${lines.linePos(offset).line}: `;
  if (document.errors.length > 0)
    throw refusal(document.errors.map(({ message, pos: [at] }) => detailOf({ path: [], message }, lineAt(at))));
  const lineOf = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return '';
  };
  const refused = (problems: readonly Problem[]): GraphError =>
    refusal(problems.map((problem) => detailOf(problem, lineOf(problem.path))));
  const parsed = seedSchema.safeParse(jsOf(document));
  if (!parsed.success) throw refused(parsed.error.issues);
  return { seed: parsed.data, refused };
}

/** Far beyond any seed. What is deeper takes the process down with the reader of YAML; in a map it compares each key with each. */
const most = { levels: 100, keys: 1000 };

/** What is wrong with the shape of a text, told by what reads YAML without recursion before the rest gets to see it. */
function excessOf(text: string): string | undefined {
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
function jsOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw refusal([detailOf({ path: [], message: cause instanceof Error ? cause.message : 'cannot be read' })]);
  }
}

/** A piece of a seed, as JSON. Partition: `{tenant}|seed|{name}`. */
interface Chunk {
  readonly bytes: Uint8Array;
}

export const seedKind: Kind<Chunk> = { table: 'seeds', json: [] };

/** Table Storage's limit for one property. */
const chunkBytes = 64 * 1024;

const partitionOf = (tenant: string, name: string): string => `${tenant}|seed|${name}`;

const bytesOf = (seed: Seed): Buffer => Buffer.from(JSON.stringify(seed));

/** The same for the same seed as it was given. */
export const hashOf = (seed: Seed): string => createHash('sha256').update(bytesOf(seed)).digest('hex').slice(0, 32);

/** Keeps a seed, to return to it. No password is in it any more. */
export async function keepSeed(seed: Seed, name: string, tenant: string, context: Context): Promise<void> {
  const bytes = bytesOf(seed);
  const rows = baseOf(context).store.rows(seedKind);
  const partition = partitionOf(tenant, name);
  for (let at = 0; at < bytes.length; at += chunkBytes)
    await rows.insert(
      { partition, row: String(at / chunkBytes).padStart(6, '0') },
      { bytes: Uint8Array.from(bytes.subarray(at, at + chunkBytes)) },
    );
}

/** The seed of this name; undefined once it is forgotten. */
export async function keptSeed(name: string, tenant: string, context: Context): Promise<Seed | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const { value } of baseOf(context).store.rows(seedKind).list(partitionOf(tenant, name)))
    chunks.push(value.bytes);
  try {
    return seedSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
  } catch {
    // It was being removed, or is being written.
    return undefined;
  }
}

export const forgetSeed = async (name: string, tenant: string, context: Context): Promise<void> =>
  void (await baseOf(context).store.clear([seedKind], partitionOf(tenant, name)));
