// The status of the server, polled while the page is visible.
import { useEffect } from 'react';
import { api } from '../../api/client';
import type { Health, QueueStatus } from '../../api/types';
import { useAsync, type Async } from '../../ui/useAsync';

export function useServerStatus(periodMs: number): Async<{ health: Health; queue: QueueStatus }> {
  const house = useAsync('house', async (signal) => {
    const [health, queue] = await Promise.all([api.health(signal), api.queue(undefined, signal)]);
    return { health, queue };
  });
  const { reload } = house;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, periodMs);
    return () => clearInterval(timer);
  }, [periodMs, reload]);
  return house;
}
