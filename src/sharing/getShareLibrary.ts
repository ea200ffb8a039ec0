import { toList, toListItem, toSite } from '../drive/library.ts';
import { itemWebUrl } from '../drive/webUrl.ts';
import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import { locateBusinessShare, type LocatedShare, type ShareAddress } from './locateShare.ts';

/** A part of SharePoint that a share leads to (F6.2). */
const getShared = (
  part: 'listItem' | 'list' | 'site',
  toBody: (call: Call<LocatedShare>, context: Context) => Promise<object>,
): Operation<ShareAddress, LocatedShare, undefined> => ({
  name: part,
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200], type: part },
  locate: locateBusinessShare,
  async run(call, context) {
    const metadata = `#${call.target.reference.odata}/${part}/$entity`;
    return { status: 200, metadata, body: await toBody(call, context) };
  },
});

/** The item as its list has it, the list, and the site. */
export const shareLibrary = {
  listItem: getShared('listItem', async ({ target: { drive, shared: item }, caller, origin }, context) =>
    toListItem(item, drive, await itemWebUrl({ drive, item }, caller.tenant, origin, context)),
  ),
  list: getShared('list', async ({ target: { drive }, origin }) => toList(drive, origin)),
  site: getShared('site', async ({ target: { drive }, origin }) => toSite(drive, origin)),
};
