/**
 * What time it is for the corridors, and how instants, days and ages are written.
 *
 * The domain's time comes from the API; between two answers it runs on with the API's speed, but never further than
 * one polling interval, so that a stopped story or a lost connection does not drift away.
 */

const DAY_MS = 86_400_000;

export class DomainClock {
  #nowAt = NaN;
  /** How far this browser's clock is behind the server's, in milliseconds. */
  #behind = 0;
  #heardAt = 0;
  #speed = 1;
  /** Two answers told the same instant: a story that has come to its end. */
  #stopped = false;

  /** @param {number} longest  milliseconds of real time that may be added to the last answer */
  constructor(longest) {
    this.longest = longest;
  }

  /** @param {{now_at: string, real_at?: string, speed?: number | null}} answer  of GET /v1/now */
  set({ now_at, real_at, speed }) {
    this.#behind = Date.parse(real_at ?? now_at) - Date.now();
    const nowAt = Date.parse(now_at);
    this.#stopped = nowAt === this.#nowAt;
    this.#nowAt = nowAt;
    this.#heardAt = performance.now();
    this.#speed = speed ?? 1;
  }

  /** The domain's instant in milliseconds, NaN before the first answer. */
  now() {
    const since = this.#stopped ? 0 : Math.min(performance.now() - this.#heardAt, this.longest);
    return this.#nowAt + since * this.#speed;
  }

  /** The real instant by the server's clock, in milliseconds: sources are polled in real time, whatever the story's. */
  realNow() {
    return Date.now() + this.#behind;
  }

  /** The last answer itself, in milliseconds. */
  get told() {
    return this.#nowAt;
  }

  get speed() {
    return this.#speed;
  }
}

/**
 * A stopwatch that also notices when the machine slept: the monotonic clock may stand still then, the wall clock does not.
 */
export class Stopwatch {
  #mark = performance.now();
  #wall = Date.now();

  restart() {
    this.#mark = performance.now();
    this.#wall = Date.now();
  }

  /** Milliseconds since the start. */
  elapsed() {
    return Math.max(performance.now() - this.#mark, Date.now() - this.#wall, 0);
  }
}

/**
 * Write an age in the largest unit that still says something.
 * @param {number} milliseconds
 */
export function age(milliseconds) {
  if (!Number.isFinite(milliseconds)) return "never";
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** @param {string | null | undefined} zone */
const known = (zone) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone ?? "UTC" });
    return zone ?? "UTC";
  } catch {
    return "UTC";
  }
};

/**
 * Write the wall-clock time of an instant in `zone`, "14:05"; with the day where it is not `date`.
 * @param {string | number | null | undefined} instant
 * @param {string | null | undefined} zone  IANA
 * @param {string | null} [date]  "YYYY-MM-DD"
 */
export function timeIn(instant, zone, date = null) {
  const at = new Date(instant ?? NaN);
  if (Number.isNaN(at.getTime())) return "–";
  const timeZone = known(zone);
  const time = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(at);
  if (date === null || dateIn(at, timeZone) === date) return time;
  return `${new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short" }).format(at)}, ${time}`;
}

/** @param {Date} at @param {string} timeZone */
const dateIn = (at, timeZone) => new Intl.DateTimeFormat("sv-SE", { timeZone }).format(at);

/** "Europe/Kyiv" → "Kyiv time". @param {string | null | undefined} zone */
export const zoneName = (zone) => (zone && zone !== "UTC" ? `${zone.split("/").at(-1)?.replaceAll("_", " ")} time` : "UTC");

/** @param {string} date "YYYY-MM-DD" @param {number} days */
export const shifted = (date, days) => new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** @param {unknown} text */
export const isDate = (text) => typeof text === "string" && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

/** Write a local day, "Mon 14 March 2022". @param {string} date */
export function dayName(date) {
  const at = new Date(`${date}T00:00Z`);
  const part = (/** @type {Intl.DateTimeFormatOptions} */ options) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(at);
  return `${part({ weekday: "short" })} ${part({ day: "numeric", month: "long", year: "numeric" })}`;
}
