import type { Room, Usage } from './usage.ts';

/** Ends a reservation; where nothing was kept, the room is free again. */
export type Reservation = (isKept: boolean) => void;

/** What everybody who keeps something for a tenant asks (decision record 41). */
export interface Tenants {
  /**
   * Before anything is done for a tenant: it is in use. A look into a map, but for the first time in an hour.
   *
   * @throws GraphError `tenantClosed` while it is being swept
   */
  readonly enter: (tenant: string) => Promise<unknown>;
  /** Whether anybody can run out of room. */
  readonly isLimited: boolean;
  /** Where that can be: takes room for what is about to be kept; undefined where there is none. Whoever gets a reservation has to end it. */
  readonly reserve: (tenant: string, room: Room) => Promise<Reservation | undefined>;
  /** Gives room back, for what has been removed. */
  readonly release: (tenant: string, room: Room) => void;
  /** More was removed than anybody has counted. Before the tenant is found to be full, it is counted. */
  readonly recount: (tenant: string) => void;
  /** Whether so much would fit into a tenant that keeps nothing else. */
  readonly admits: (room: Room) => boolean;
  /** Everything it kept has given way to this. */
  readonly replace: (tenant: string, usage: Usage) => Promise<void>;
  /** What it keeps, counted now. */
  readonly usage: (tenant: string) => Promise<Usage>;
  /** Everything that was kept is gone: nothing is known of anybody. */
  readonly forget: () => void;
  /** Writes down what this instance alone knows. */
  readonly close: () => Promise<void>;
}
