import { useSession } from '../../api/session';
import { visible } from '../../words/names';

// Without keys and sign-in the server knows users by their address only.
export function WhoSees() {
  const client = useSession()?.client ?? '';
  if (!client.startsWith('ip:')) return null;
  return (
    <p className="note" data-testid="who-sees">
      This server has no keys: everyone at your address ({visible(client.slice(3))}) sees the same runs as you, can cancel them, and shares your quota.
    </p>
  );
}
