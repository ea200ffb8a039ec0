const clock = 'sets the clock, and those of other processes are their own';
const inside = 'looks or reaches into the process that answers';

/**
 * What cannot be asked of processes of their own, and why: the file of a test, what is in its full name, and the reason.
 * A row that excuses no test fails the run.
 */
export const exceptions = [
  ['lifeOfALink.test.ts', /./, clock],
  ['identity.test.ts', /^time /, clock],
  ['createLink.test.ts', /after expiry the next call makes a new link/, clock],
  ['invite.test.ts', /lets a stranger in for so long|when they shall be told, the newest first/, clock],
  ['shares.test.ts', /one that has expired|made anew after it expired/, clock],
  ['linkPages.test.ts', /an expired link|asks for the password, refuses a wrong one/, clock],
  ['workbookSessions.test.ts', /it ends after \d+ idle minutes|when a session has run out/, clock],
  ['queryOptions.test.ts', /a page asks the store for what it shows/, inside],
  ['driveItems.test.ts', /an old one is refused/, clock],
  ['uploadSessions.test.ts', /a session expires/, clock],
  ['rememberedToken.test.ts', /./, clock],
  ['sweep.test.ts', /on azurite/, clock],
  ['leftGenerations.test.ts', /./, clock],
  [
    'quotas.test.ts',
    /on azurite/,
    'fills a quota to the last one: several instances may each add one more (record 41)',
  ],
  ['quotas.test.ts', /costs no further table operation/, inside],
  ['controlClock.test.ts', /goes on from where it is set|stands still where it is frozen/, clock],
  ['controlRequests.test.ts', /answers with what there is when the time is over/, inside],
  ['headerDelay.test.ts', /./, clock],
  ['controlFaults.test.ts', /ends when the host closes/, inside],
  ['entra.test.ts', /the keys|uses up no fault|it is one application/, inside],
  ['health.test.ts', /without a store/, inside],
  ['ceilings.test.ts', /./, clock],
  ['metrics.test.ts', /./, inside],
  ['lostAnswers.test.ts', /./, inside],
  ['anyStepFails.test.ts', /./, inside],
  ['identity.test.ts', /of a store that is out of reach/, 'takes the store from the process that answers'],
  ['storageFails.test.ts', /./, 'puts a proxy of its own in front of storage'],
  ['refusals.test.ts', /what is answered stays/, inside],
  ['access.test.ts', /pays nothing for the question/, 'counts inside the process that answers'],
  ['invocationModel.test.ts', /./, 'is about the app inside the Functions worker'],
  ['hostCannotStart.test.ts', /./, 'is about the app inside the Functions worker'],
  [
    'errors.test.ts',
    /no claim of a token makes a 5xx/,
    'makes a tenant in each of its hundreds of runs, about the token alone',
  ],
  ['errors.test.ts', /a content over 4 MiB/, 'the front hangs up on what the host itself would read to its end'],
];
