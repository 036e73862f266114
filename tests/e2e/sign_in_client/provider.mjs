// An OpenID provider on loopback: provider.mjs PORT REDIRECT_URI ALGORITHM SECRET
// The name that somebody types in the login form is the account; any password is right. An empty
// SECRET makes a public client.
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, redirectUri, algorithm, secret] = process.argv.slice(2);
const key =
  algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...key.privateKey.export({ format: 'jwk' }), use: 'sig', alg: algorithm, kid: 'first' };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [jwk] },
  clients: [
    {
      client_id: 'glovebox',
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: algorithm,
      ...(secret ? { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' } : { token_endpoint_auth_method: 'none' }),
    },
  ],
  pkce: { required: () => true, methods: ['S256'] },
  // As most providers do: the names are in the ID token.
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `Name of ${id}`, preferred_username: id }),
  }),
  cookies: { keys: ['only-for-tests'] },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
