const isoTime =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Whether text is an ISO 8601 time that names one moment everywhere: date, time and offset, as in
 * `2026-03-01T09:00:00+01:00` or with `Z`.
 */
export function isIsoTime(text: string): boolean {
  const [, year = "", month = "", day = ""] = isoTime.exec(text) ?? [];
  // Engines differ in what they make of 30 February, so the day is counted.
  return Number(day) >= 1 && Number(day) <= daysInMonth(Number(year), Number(month));
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  if (month === 4 || month === 6 || month === 9 || month === 11) return 30;
  return month >= 1 && month <= 12 ? 31 : 0;
}
