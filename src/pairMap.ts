/** What belongs to two texts, which are not put together to be found: of so many pairs at most, and then of none. */
export class PairMap<Held> {
  readonly #most: number;
  readonly #held = new Map<string, Map<string, Held>>();
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(one: string, other: string): Held | undefined {
    return this.#held.get(one)?.get(other);
  }

  /** For a pair that is not there. */
  add(one: string, other: string, held: Held): void {
    if (this.#size >= this.#most) {
      this.#held.clear();
      this.#size = 0;
    }
    const beside = this.#held.get(one);
    if (beside) beside.set(other, held);
    else this.#held.set(one, new Map([[other, held]]));
    this.#size += 1;
  }
}
