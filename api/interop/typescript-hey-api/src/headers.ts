export interface RateLimit {
  limit: number;
  remaining: number;
}

export function rateLimit(headers: Headers): RateLimit | null {
  const limit = wholeNumber(headers.get("X-RateLimit-Limit"));
  const remaining = wholeNumber(headers.get("X-RateLimit-Remaining"));
  return limit === null || remaining === null ? null : { limit, remaining };
}

export function retryAfterSeconds(headers: Headers): number | null {
  const value = headers.get("Retry-After");
  const seconds = wholeNumber(value);
  if (value === null || seconds !== null) {
    return seconds;
  }
  // HTTP also allows a date, which ends in GMT; Date.parse alone takes much else for one.
  const milliseconds = value.endsWith(" GMT") ? Date.parse(value) - Date.now() : Number.NaN;
  return Number.isNaN(milliseconds) ? null : Math.max(0, Math.ceil(milliseconds / 1000));
}

function wholeNumber(value: string | null): number | null {
  return value !== null && /^-?\d+$/.test(value) ? Number(value) : null;
}
