// An issuer of OpenID for Verifiable Credential Issuance 1.0 by @openid4vc/openid4vci and @openid4vc/oauth2: real HTTP on this machine, real checks of
// tokens, nonces and proofs, and credentials that are signed with @digitalbazaar/vc. Prints its URL; POST /make describes an offer and returns its links.
import {createHash, createPublicKey, generateKeyPairSync, randomBytes, randomUUID, sign, verify as verifyBytes} from 'node:crypto';
import {createServer} from 'node:http';
import {writeSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as vc from '@digitalbazaar/vc';
import * as base58 from 'base58-universal';
import {
  Oauth2AuthorizationServer, Oauth2ResourceServer, Oauth2ServerErrorResponseError, clientAuthenticationNone, preAuthorizedCodeGrantIdentifier,
  refreshTokenGrantIdentifier, setGlobalConfig
} from '@openid4vc/oauth2';
import {Openid4vciIssuer} from '@openid4vc/openid4vci';
import {documentLoader, multikeys, suites} from '../judges/libraries.mjs';

setGlobalConfig({allowInsecureUrls: true});

const NONCE_SECONDS = 60;
const token = generateKeyPairSync('ed25519');
const tokenJwk = {...token.publicKey.export({format: 'jwk'}), kid: 'token'};
const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');

function jwkOf(signer) {
  if(signer.method === 'jwk') {
    return signer.publicJwk;
  }
  if(signer.method === 'did') {
    const [did, name] = signer.didUrl.split('#');
    const raw = base58.decode(name.slice(1));
    if(did !== `did:key:${name}` || raw[0] !== 0xed || raw[1] !== 0x01) {
      throw new Error(`no did:key of Ed25519: ${signer.didUrl}`);
    }
    return {kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw.slice(2)).toString('base64url')};
  }
  throw new Error(`a signer by ${signer.method}`);
}

const callbacks = {
  hash: (data, algorithm) => new Uint8Array(createHash(algorithm.replace('-', '')).update(data).digest()),
  generateRandom: count => new Uint8Array(randomBytes(count)),
  clientAuthentication: clientAuthenticationNone({clientId: 'wallet'}),
  signJwt: (_signer, {header, payload}) => {
    const text = `${part(header)}.${part(payload)}`;
    return {jwt: `${text}.${sign(null, Buffer.from(text), token.privateKey).toString('base64url')}`, signerJwk: tokenJwk};
  },
  verifyJwt: (signer, {compact}) => {
    const jwk = jwkOf(signer);
    const [header, payload, signature] = compact.split('.');
    const key = createPublicKey({key: jwk, format: 'jwk'});
    const verified = verifyBytes(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
    return verified ? {verified, signerJwk: jwk} : {verified: false};
  },
  fetch
};

const keyPair = await multikeys.z6Mk.generate();
const did = `did:key:${keyPair.publicKeyMultibase}`;
keyPair.id = `${did}#${keyPair.publicKeyMultibase}`;
keyPair.controller = did;

const issuer = new Openid4vciIssuer({callbacks});
const authorization = new Oauth2AuthorizationServer({callbacks});
const resources = new Oauth2ResourceServer({callbacks});

const offers = new Map();       // by code
const refreshes = new Map();    // code by refresh token
const references = new Map();   // by the name in a URL
const transactions = new Map(); // by transaction id
const nonces = new Map();       // with the time at which each ends
const log = [];                 // what was seen, for the tests

let base, metadata, server;

function describe(url) {
  base = `${url}/tenant`;
  const kind = (format, more = {}) => ({
    format, scope: 'x', credential_definition: {'@context': ['https://www.w3.org/ns/credentials/v2'], type: ['VerifiableCredential', 'OpenBadgeCredential']},
    cryptographic_binding_methods_supported: ['did:key', 'jwk'], proof_types_supported: {jwt: {proof_signing_alg_values_supported: ['EdDSA', 'ES256']}},
    credential_metadata: {display: [{name: `A badge (${format})`, locale: 'en'}]}, ...more
  });
  metadata = issuer.createCredentialIssuerMetadata({
    credential_issuer: base, credential_endpoint: `${base}/credential`, nonce_endpoint: `${base}/nonce`,
    deferred_credential_endpoint: `${base}/deferred`, notification_endpoint: `${base}/notification`, display: [{name: 'Example University'}],
    credential_configurations_supported: {
      badge: kind('ldp_vc'), byJwk: kind('ldp_vc', {cryptographic_binding_methods_supported: ['jwk']}), jwt: kind('jwt_vc_json'),
      presented: kind('ldp_vc', {proof_types_supported: {di_vp: {proof_signing_alg_values_supported: ['eddsa-jcs-2022']}}}),
      mdoc: {format: 'mso_mdoc', doctype: 'org.iso.18013.5.1.mDL', scope: 'y'}
    }
  });
  server = authorization.createAuthorizationServerMetadata({
    issuer: base, token_endpoint: `${base}/token`, jwks_uri: `${base}/jwks`, grant_types_supported: [preAuthorizedCodeGrantIdentifier, refreshTokenGrantIdentifier],
    'pre-authorized_grant_anonymous_access_supported': true
  });
}

const known = () => ({
  originalDraftVersion: 'V1', credentialIssuer: metadata, authorizationServers: [server],
  knownCredentialConfigurations: issuer.getKnownCredentialConfigurationsSupported(metadata)
});

async function make(wanted) {
  const code = randomUUID();
  const grants = wanted.grants ?? {[preAuthorizedCodeGrantIdentifier]: {'pre-authorized_code': code, ...(wanted.txCode ? {tx_code: wanted.txCode.asked} : {})}};
  const uri = wanted.byReference ? `${base}/offers/${code}` : undefined;
  const made = await issuer.createCredentialOffer({
    issuerMetadata: known(), grants, credentialConfigurationIds: wanted.configurations ?? ['badge'], credentialOfferUri: uri
  });
  references.set(code, made.credentialOfferObject);
  offers.set(code, wanted);
  return {link: made.credentialOffer, page: `${base}/offers/${code}`, code};
}

async function tokens(request, body) {
  const parsed = authorization.parseAccessTokenRequest({request, accessTokenRequest: Object.fromEntries(new URLSearchParams(body))});
  if(parsed.grant.grantType === refreshTokenGrantIdentifier) {
    const code = refreshes.get(parsed.grant.refreshToken);
    await authorization.verifyRefreshTokenAccessTokenRequest({
      authorizationServerMetadata: server, grant: parsed.grant, accessTokenRequest: parsed.accessTokenRequest, request,
      expectedRefreshToken: code ? parsed.grant.refreshToken : 'none'
    });
    refreshes.delete(parsed.grant.refreshToken);
    return given(code);
  }
  const offer = offers.get(parsed.grant.preAuthorizedCode);
  await authorization.verifyPreAuthorizedCodeAccessTokenRequest({
    authorizationServerMetadata: server, grant: parsed.grant, accessTokenRequest: parsed.accessTokenRequest, request,
    expectedPreAuthorizedCode: offer ? parsed.grant.preAuthorizedCode : 'none', expectedTxCode: offer?.txCode?.code
  });
  if(!offer || offer.used) {
    throw new Oauth2ServerErrorResponseError({error: 'invalid_grant'});
  }
  offer.used = true;
  return given(parsed.grant.preAuthorizedCode);
}

async function given(code) {
  const offer = offers.get(code);
  const made = await authorization.createAccessTokenResponse({
    audience: base, authorizationServer: base, expiresInSeconds: offer.lifetime ?? 600, subject: code, refreshToken: Boolean(offer.renewable),
    signer: {method: 'jwk', alg: 'EdDSA', publicJwk: tokenJwk, kid: 'token'}
  });
  if(made.refresh_token) {
    refreshes.set(made.refresh_token, code);
  }
  return made;
}

async function offerOf(request) {
  const found = await resources.verifyResourceRequest({request, resourceServer: base, authorizationServers: [server]});
  return offers.get(found.tokenPayload.sub);
}

// The key that was proven, as a did:key: by the library for a JWT, by @digitalbazaar/vc for a presentation.
async function proven(body, parsed) {
  const nonceOf = text => {
    const ends = nonces.get(text);
    nonces.delete(text);
    if(!ends || ends < Date.now()) {
      throw new Oauth2ServerErrorResponseError({error: 'invalid_nonce'});
    }
    return text;
  };
  if(body.proofs?.di_vp) {
    const [presentation] = body.proofs.di_vp;
    const suite = new DataIntegrityProof({cryptosuite: suites['eddsa-jcs-2022'].verify()});
    const challenge = nonceOf(presentation.proof.challenge);
    const result = await vc.verify({presentation, suite, challenge, domain: base, documentLoader});
    if(!result.verified) {
      throw new Oauth2ServerErrorResponseError({error: 'invalid_proof', error_description: String(result.error)});
    }
    return presentation.holder;
  }
  const [jwt] = parsed.proofs.jwt;
  const claimed = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
  const {signer} = await issuer.verifyCredentialRequestJwtProof({issuerMetadata: known(), jwt, expectedNonce: nonceOf(claimed.nonce)});
  log.push({proof: jwt, method: signer.method});
  return `did:key:z${base58.encode(Buffer.concat([Buffer.from([0xed, 0x01]), Buffer.from(jwkOf(signer).x, 'base64url')]))}`;
}

async function issued(holder, offer, format) {
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
    id: `urn:uuid:${randomUUID()}`, type: offer.types ?? ['VerifiableCredential', 'OpenBadgeCredential'], name: 'Statistics', validFrom: '2026-01-01T00:00:00Z',
    issuer: {id: did, type: ['Profile'], name: 'Example University'},
    credentialSubject: {
      id: offer.holder ?? holder, type: ['AchievementSubject'],
      achievement: {id: 'https://badges.example.edu/statistics', type: ['Achievement'], name: 'Statistics', description: 'd', criteria: {narrative: 'n'}}
    }
  };
  if(format === 'jwt_vc_json') {
    return callbacks.signJwt(null, {header: {alg: 'EdDSA', typ: 'JWT', kid: keyPair.id}, payload: credential}).jwt;
  }
  const suite = new DataIntegrityProof({signer: keyPair.signer(), cryptosuite: suites['eddsa-rdfc-2022'].sign()});
  return vc.issue({credential, suite, documentLoader});
}

async function credentials(request, body) {
  const offer = await offerOf(request);
  const presented = body.proofs?.di_vp;
  // The library knows no di_vp: it sees the request without it.
  const parsed = issuer.parseCredentialRequest({issuerMetadata: known(), credentialRequest: presented ? {...body, proofs: undefined} : body});
  const holder = await proven(body, parsed);
  const made = await issued(holder, offer, parsed.credentialConfiguration.format);
  if(offer.deferred !== undefined) {
    const transactionId = randomUUID();
    transactions.set(transactionId, {offer, made, left: offer.deferred});
    return [202, issuer.createCredentialResponse({credentialRequest: parsed, transactionId, interval: offer.interval ?? 5})];
  }
  return [200, issuer.createCredentialResponse({credentialRequest: parsed, credentials: [{credential: made}], notificationId: 'n-1'})];
}

async function deferred(request, body) {
  await offerOf(request);
  const {deferredCredentialRequest: asked} = issuer.parseDeferredCredentialRequest({deferredCredentialRequest: body});
  const found = transactions.get(asked.transaction_id);
  if(!found) {
    throw new Oauth2ServerErrorResponseError({error: 'invalid_transaction_id'});
  }
  if(found.offer.denied) {
    throw new Oauth2ServerErrorResponseError({error: 'credential_request_denied'});
  }
  if(found.left-- > 0) {
    const again = {transactionId: asked.transaction_id, interval: found.offer.interval ?? 5};
    return [202, issuer.createDeferredCredentialResponse(again)];
  }
  transactions.delete(asked.transaction_id);
  // Version 0.4.6 refuses a notification_id beside credentials in this answer (9.2 has it): it is put in afterwards.
  return [200, {...issuer.createDeferredCredentialResponse({credentials: [{credential: found.made}]}), notification_id: 'n-2'}];
}

function nonce() {
  const text = randomUUID();
  nonces.set(text, Date.now() + NONCE_SECONDS * 1000);
  return [200, issuer.createNonceResponse({cNonce: text})];
}

async function answer(request, path, text) {
  const json = () => JSON.parse(text);
  log.push({path});
  switch(`${request.method} ${path}`) {
    case 'GET /.well-known/openid-credential-issuer/tenant': return [200, metadata];
    case 'GET /.well-known/oauth-authorization-server/tenant': return [200, server];
    case 'GET /tenant/jwks': return [200, {keys: [tokenJwk]}];
    case 'POST /tenant/token': return [200, await tokens(request, text)];
    case 'POST /tenant/nonce': return nonce();
    case 'POST /tenant/credential': return credentials(request, json());
    case 'POST /tenant/deferred': return deferred(request, json());
    case 'POST /tenant/notification': {
      await offerOf(request);
      log.push({notified: json()});
      return [204];
    }
    case 'POST /make': return [200, await make(json())];
    case 'POST /forget': return [200, {forgotten: nonces.size, ...(nonces.clear() ?? {})}];
    case 'GET /log': return [200, log];
  }
  const reference = references.get(path.split('/offers/')[1]);
  return reference ? [200, reference] : [404];
}

const http = createServer((incoming, outgoing) => {
  const chunks = [];
  incoming.on('data', chunk => chunks.push(chunk));
  incoming.on('end', async () => {
    const url = `http://${incoming.headers.host}${incoming.url}`;
    const request = {headers: new Headers(incoming.headers), method: incoming.method, url};
    let status, body;
    try {
      [status, body] = await answer(request, incoming.url, Buffer.concat(chunks).toString());
    } catch(error) {
      log.push({error: error.errorResponse ?? String(error)});
      const unauthorized = error.constructor.name === 'Oauth2ResourceUnauthorizedError';
      [status, body] = unauthorized ? [401, {error: 'invalid_token'}] : error.errorResponse ? [400, error.errorResponse] : [500, {error: String(error)}];
    }
    outgoing.writeHead(status, {'Content-Type': 'application/json', 'Cache-Control': 'no-store'});
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
});
http.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${http.address().port}`;
  describe(url);
  writeSync(1, `${url}\n`);
});
// It ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume();
