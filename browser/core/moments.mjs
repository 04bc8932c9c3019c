// Moments: xsd:dateTimeStamp to and from microseconds since 1970, as BigInt: a double could not tell all of them apart.

import { FormatError } from "../errors.mjs";

export const SECOND = 1_000_000n;
const MINUTE = 60n * SECOND;
const DAY_MINUTES = 1440;
const FIRST = -62135596800n * SECOND; // the years 1 to 9999
const LAST = 253402300800n * SECOND;

const TIME = /^(\d{4})-(\d\d)-(\d\d)T((?:[01]\d|2[0-3])):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

// The moment that an xsd:dateTimeStamp names; throws FormatError without a time zone.
export function parseTime(text) {
  const moment = read(text);
  if (moment === null) throw new FormatError(`'${[...text].slice(0, 40).join("")}' is not a date and time with a time zone`);
  return moment;
}

// A moment as an xsd:dateTimeStamp in UTC, to the second.
export function formatTime(moment) {
  const second = moment / SECOND - (moment % SECOND < 0n ? 1n : 0n);
  return new Date(Number(second) * 1000).toISOString().slice(0, 19) + "Z";
}

// How long something is: hours, minutes and seconds, and days before them.
export function formatSpan(span) {
  const [seconds, fraction] = [span / SECOND, span % SECOND];
  const days = seconds / 86400n;
  const clock = [(seconds % 86400n) / 3600n, (seconds % 3600n) / 60n, seconds % 60n];
  const [hour, ...rest] = clock.map((part, at) => String(part).padStart(at ? 2 : 1, "0"));
  const whole = [hour, ...rest].join(":") + (fraction ? `.${String(fraction).padStart(6, "0")}` : "");
  return days ? `${days} day${days === 1n ? "" : "s"}, ${whole}` : whole;
}

// What is younger counts as now: a verification takes a while, and no two clocks agree.
export const PRESENT = MINUTE;

// Whether a moment is before the present, as it was when the chain was read.
export const isPast = (at, readAt) => readAt !== null && readAt - at > PRESENT;

export const ofSeconds = (seconds) => BigInt(seconds) * SECOND;

// Whether there is such a day in the calendar.
export const isDate = (text) => {
  const found = DATE.exec(text);
  return found !== null && midnight(found) !== null;
};

// Whether a moment is in the years that a calendar of four digits has.
export const inCalendar = (moment) => moment >= FIRST && moment < LAST;

function read(text) {
  const found = TIME.exec(text);
  const day = found && midnight(found);
  if (day === null) return null;
  const [hour, minute, second] = found.slice(4, 7).map(Number);
  const [ahead, behind] = found.slice(9, 11).map((part) => Number(part ?? 0));
  const offset = 60 * ahead + behind;
  if (minute > 59 || second > 59 || offset >= DAY_MINUTES) return null;
  const fraction = BigInt((found[7] ?? "").slice(0, 6).padEnd(6, "0"));
  const local = day + BigInt(60 * hour + minute) * MINUTE + BigInt(second) * SECOND + fraction;
  const moment = local + BigInt(found[8] === "-" ? offset : -offset) * MINUTE;
  return inCalendar(moment) ? moment : null;
}

function midnight(found) {
  const [year, month, day] = found.slice(1, 4).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const same = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && year > 0 ? BigInt(date.getTime()) * 1000n : null;
}
