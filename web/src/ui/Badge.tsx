import type { ReactNode } from 'react';
import type { Tone } from '../words/outcome';

const looks: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  busy: 'bg-busy-soft text-busy',
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
};

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`inline-flex items-center gap-1.5 rounded px-1.5 py-0.5 text-xs font-medium whitespace-nowrap ${looks[tone]}`}>
      {tone === 'busy' && <span aria-hidden="true" className="busy-dot size-1.5 rounded-full bg-current" />}
      {children}
    </span>
  );
}
