import type { Quota } from '../api/quota';

const time = (at: string): string => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

// "17 of 20 runs left this hour, next at 06:03"; empty without limits.
export function quotaWords({ hourly, concurrent }: Quota): string {
  const parts: string[] = [];
  if (hourly.limit !== null && hourly.remaining !== null) {
    const left = hourly.remaining === 0 ? `No run of ${hourly.limit} left this hour` : `${hourly.remaining} of ${hourly.limit} runs left this hour`;
    parts.push(hourly.nextAt === null ? left : `${left}, next at ${time(hourly.nextAt)}`);
  }
  if (concurrent.limit !== null && concurrent.used > 0) parts.push(`${concurrent.used} of ${concurrent.limit} at once in use`);
  return parts.join('; ');
}

// Whether a new run would be refused now.
export const isUsedUp = ({ hourly, concurrent }: Quota): boolean =>
  hourly.remaining === 0 || (concurrent.limit !== null && concurrent.used >= concurrent.limit);
