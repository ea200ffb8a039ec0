import { getDrive, listDrives } from '../src/drive/getDrive.ts';
import { driveAddresses, drivesAddresses } from '../src/graph/addresses.ts';
import { handle } from '../src/graph/handler.ts';
import { sharedWithMe } from '../src/sharing/sharedWithMe.ts';
import { http } from './http.ts';

for (const { name, route, refer } of driveAddresses)
  http(`getDrive-${name}`, { methods: ['GET'], route: `{version}/${route}`, handler: handle(getDrive, refer) });

for (const { name, route, refer } of drivesAddresses)
  http(`listDrives-${name}`, { methods: ['GET'], route: `{version}/${route}`, handler: handle(listDrives, refer) });

for (const { name, route, refer } of driveAddresses)
  http(`sharedWithMe-${name}`, {
    methods: ['GET'],
    route: `{version}/${route}/sharedWithMe`,
    handler: handle(sharedWithMe, refer),
  });
