const pattern =
  /^(-)?P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,10}(?:\.\d{1,9})?)S)?)?$/i;

/** Moves a moment by an ISO 8601 duration; years and months are the calendar's, in UTC. Undefined for what is none. */
export function readDuration(text: string): ((from: number) => number) | undefined {
  const found = pattern.exec(text);
  if (!found) return undefined;
  const sign = found[1] === undefined ? 1 : -1;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(2)
    .map((part) => sign * Number(part ?? 0));
  return (from) => {
    const moment = new Date(from);
    const day = moment.getUTCDate();
    moment.setUTCMonth(moment.getUTCMonth() + 12 * years + months);
    // 31 January and a month is the last day of February.
    if (moment.getUTCDate() !== day) moment.setUTCDate(0);
    return moment.getTime() + ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  };
}
