// @openid4vc/openid4vp as a verifier, on a port of its own: reads {query, mode: 'unsigned' | 'signed', seed?, didUrl?, change?}, prints the link to a
// request as a line of JSON, waits for one answer, and prints what it made of that: whether it answers the query by npm's dcql, and whether the
// holder signed it by jsonld-signatures.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {setGlobalConfig} from '@openid4vc/oauth2';
import {Openid4vpVerifier} from '@openid4vc/openid4vp';
import {DcqlPresentationResult, DcqlQuery} from 'dcql';
import jsigs from 'jsonld-signatures';
import {randomBytes} from 'node:crypto';
import {createServer} from 'node:http';
import {answer, documentLoader, question, suites} from './libraries.mjs';
import {signed} from './jwt.mjs';

setGlobalConfig({allowInsecureUrls: true}); // the wallet is on this machine

const {query, mode, seed, didUrl, change = {}, binding = true} = question();
const say = value => answer(value) ?? process.stdout.write('\n');
const verifier = new Openid4vpVerifier({callbacks: {
  signJwt: async (signer, {header, payload}) => ({jwt: signed(header, payload, seed), signerJwk: {kty: 'OKP'}}),
}});
let request, object;

const server = createServer(async (asked, reply) => {
  const chunks = [];
  for await (const chunk of asked) {
    chunks.push(chunk);
  }
  if(asked.url === '/object') {
    reply.writeHead(200, {'content-type': 'application/oauth-authz-req+jwt'}).end(object);
    return;
  }
  const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
  reply.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify({redirect_uri: 'https://verifier.example/done#response_code=1'}));
  say(form.error ? {error: form.error, state: form.state} : await judged(form));
  server.close();
  server.closeAllConnections();
});

async function judged(form) {
  const parsed = await verifier.parseOpenid4vpAuthorizationResponse({
    authorizationResponse: {...form, vp_token: JSON.parse(form.vp_token)}, authorizationRequestPayload: request, callbacks: {}});
  const credentials = Object.fromEntries(Object.entries(parsed.dcql.presentations).map(([name, given]) => [name, given.map(each => {
    const credential = each.verifiableCredential?.[0] ?? each;
    return {credential_format: 'ldp_vc', type: credential.type, claims: credential, cryptographic_holder_binding: Boolean(each.verifiableCredential)};
  })]));
  const result = DcqlPresentationResult.fromDcqlPresentation(credentials, {dcqlQuery: DcqlQuery.parse(request.dcql_query)});
  const holders = [];
  for(const each of binding ? Object.values(parsed.dcql.presentations).flat() : []) {
    const {proof: {challenge, domain}} = each;
    const checked = await jsigs.verify(each, {
      suite: new DataIntegrityProof({cryptosuite: suites['eddsa-jcs-2022'].verify()}), documentLoader,
      purpose: new jsigs.purposes.AuthenticationProofPurpose({challenge, domain})});
    holders.push(checked.verified && challenge === parsed.expectedNonce && domain === request.client_id);
  }
  return {satisfied: result.can_be_satisfied, holders, presentations: parsed.dcql.presentations, nonce: request.nonce, clientId: request.client_id};
}

server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  const payload = {
    client_id: mode === 'signed' ? `decentralized_identifier:${didUrl.split('#')[0]}` : `redirect_uri:${url}/post`,
    response_type: 'vp_token', response_mode: 'direct_post', response_uri: `${url}/post`, nonce: randomBytes(16).toString('base64url'),
    state: randomBytes(16).toString('base64url'), dcql_query: query,
    client_metadata: {client_name: 'A verifier of others', vp_formats_supported: {ldp_vc: {}}}, ...change};
  const jar = mode === 'signed' ? {
    jwtSigner: {method: 'did', didUrl, alg: 'EdDSA'}, requestUri: `${url}/object`, expiresInSeconds: 300} : undefined;
  const made = await verifier.createOpenId4vpAuthorizationRequest({authorizationRequestPayload: payload, jar});
  request = made.authorizationRequestPayload;
  object = made.jar?.authorizationRequestJwt;
  say({link: made.authorizationRequest, url});
});
