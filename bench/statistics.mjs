export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** The median with the lowest and the highest: `{median, low, high}`. */
export const spread = (values) => ({ median: median(values), low: Math.min(...values), high: Math.max(...values) });
