/**
 * `{ ...one, ...other }`, for what is kept or read often. V8 (Node 20) gives each object a hidden class of its own where a
 * literal begins with a spread and adds to it; whoever then reads a property of many such objects looks for it in each
 * (bench/README.md). What both have is of the type it has in `one`.
 */
export const merged = <One extends object, Other extends object>(
  one: One,
  other: Other & Partial<Pick<One, keyof One & keyof Other>>,
): One & Omit<Other, keyof One> => Object.assign({}, one, other);
