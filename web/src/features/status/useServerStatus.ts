// The status of the server, polled while the page is visible.
import { useEffect } from 'react';
import { api } from '../../api/client';
import type { Health, QueueStatus } from '../../api/types';
import { onBusy } from './busy';
import { useAsync, type Async } from '../../ui/useAsync';

export function useServerStatus(periodMs: number): Async<{ health: Health; queue: QueueStatus; at: number }> {
  const house = useAsync('house', async (signal) => {
    const at = Date.now();
    const [health, queue] = await Promise.all([api.health(signal), api.queue(undefined, signal)]);
    return { health, queue, at };
  });
  const { reload } = house;
  // At once when the page's own run starts or ends.
  useEffect(() => onBusy(reload), [reload]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, periodMs);
    return () => clearInterval(timer);
  }, [periodMs, reload]);
  return house;
}
