/**
 * What cannot be asked of processes of their own, and why: each row is the file of a test, the start of its full name
 * (all of the file's without one), and the reason. A row that excuses no test fails the run.
 */
export const exceptions = [
  ['lifeOfALink.test.ts', '', 'sets the clock'],
  ['storageFails.test.ts', '', 'puts a proxy of its own in front of storage'],
  ['invocationModel.test.ts', '', 'is about the app inside the Functions worker'],
];
