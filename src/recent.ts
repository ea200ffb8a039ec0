import { PairMap } from './pairMap.ts';
import { ownText } from './remember.ts';

/** The texts that were added last, each once: so many at most, and then none. */
export function recent(most: number): {
  readonly has: (text: string) => boolean;
  readonly add: (text: string) => void;
} {
  const texts = new Set<string>();
  return {
    has: (text) => texts.has(text),
    add(text) {
      if (texts.has(text)) return;
      if (texts.size >= most) texts.clear();
      texts.add(ownText(text));
    },
  };
}

/** The same of pairs of texts. */
export function recentPairs(most: number): {
  readonly has: (one: string, other: string) => boolean;
  readonly add: (one: string, other: string) => void;
} {
  const pairs = new PairMap<true>(most);
  const has = (one: string, other: string): boolean => pairs.get(one, other) ?? false;
  return {
    has,
    add(one, other) {
      if (!has(one, other)) pairs.add(ownText(one), ownText(other), true);
    },
  };
}
