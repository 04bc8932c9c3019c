// An OAuth client that others wrote (oauth4webapi) at the Open Badges API: "begin" registers and says where the learner is to be sent, "finish" takes
// the address to which they came back, and reads, refreshes, reads again and revokes. Reads {step, url, ...} and answers what the other step needs.
import * as oauth from 'oauth4webapi';
import {answer, question} from './libraries.mjs';

const READ = 'https://purl.imsglobal.org/spec/ob/v3p0/scope/credential.readonly';
const REDIRECT = 'https://wallet.example/callback';
const METADATA = {
  client_name: 'A Wallet',
  client_uri: 'https://wallet.example/',
  logo_uri: 'https://wallet.example/logo.png',
  tos_uri: 'https://wallet.example/terms',
  policy_uri: 'https://wallet.example/privacy',
  software_id: 'c88b6ed8-269e-448e-99be-7e2ff47167d1',
  software_version: '1',
  redirect_uris: [REDIRECT],
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: `${READ} offline_access`,
};
const insecure = {[oauth.allowInsecureRequests]: true};

async function server(url) {
  const issuer = new URL(url);
  const found = await oauth.discoveryRequest(issuer, {algorithm: 'oauth2', ...insecure});
  return oauth.processDiscoveryResponse(issuer, found);
}

async function begin({url}) {
  const as = await server(url);
  const registered = await oauth.dynamicClientRegistrationRequest(as, METADATA, insecure);
  const client = await oauth.processDynamicClientRegistrationResponse(registered);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const to = new URL(as.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    scope: `${READ} offline_access`,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  for(const [name, value] of Object.entries(parameters)) {
    to.searchParams.set(name, value);
  }
  return {client, verifier, state, authorize: to.href};
}

async function finish({url, client, verifier, state, back}) {
  const as = await server(url);
  const basic = oauth.ClientSecretBasic(client.client_secret);
  const resource = new URL(`${url}/ims/ob/v3p0/credentials`);
  const read = async token => {
    try {
      const found = await oauth.protectedResourceRequest(token, 'GET', resource, new Headers(), null, insecure);
      return {status: found.status, total: found.headers.get('x-total-count'), text: await found.text()};
    } catch(error) {
      if(error instanceof oauth.WWWAuthenticateChallengeError) {
        return {status: error.status, challenge: error.cause[0].parameters};
      }
      throw error;
    }
  };
  const parameters = oauth.validateAuthResponse(as, client, new URL(back), state);
  const taken = await oauth.authorizationCodeGrantRequest(as, client, basic, parameters, REDIRECT, verifier, insecure);
  const first = await oauth.processAuthorizationCodeResponse(as, client, taken);
  const before = await read(first.access_token);
  const exchanged = await oauth.refreshTokenGrantRequest(as, client, basic, first.refresh_token, insecure);
  const second = await oauth.processRefreshTokenResponse(as, client, exchanged);
  const after = await read(second.access_token);
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, basic, second.refresh_token, insecure));
  return {first, second, before, after, ended: await read(second.access_token)};
}

const asked = question();
answer(await (asked.step === 'begin' ? begin : finish)(asked));
