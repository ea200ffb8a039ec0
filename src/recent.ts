/** The texts that were added last, each once: so many at most. */
export function recent(most: number): {
  readonly has: (text: string) => boolean;
  readonly add: (text: string) => void;
} {
  const texts = new Set<string>();
  return {
    has: (text) => texts.has(text),
    add(text) {
      if (texts.has(text)) return;
      // A Set keeps the order of insertion: its first is the oldest.
      for (const oldest of texts) {
        if (texts.size < most) break;
        texts.delete(oldest);
      }
      texts.add(text);
    },
  };
}
