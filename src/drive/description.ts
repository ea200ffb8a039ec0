import * as z from 'zod';

/** What is said of an item. [guess] on how long it may be: in a row that no quota counts by its size it has to end somewhere. */
export const descriptionSchema = z.string().max(4096);
