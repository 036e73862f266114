import { api } from '../../api/client';
import type { ServerLimits } from '../../api/types';
import { useAsync } from '../../ui/useAsync';

export function useLimits(): ServerLimits | undefined {
  return useAsync('limits', api.health).value?.limits;
}
