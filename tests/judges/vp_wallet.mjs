// @openid4vc/openid4vp as a wallet: reads {link, credentials, key, tamper?}, answers the verifier behind the link, and says what it made of the request
// and what it was told. It chooses by npm's dcql; @digitalbazaar/vc signs the presentation.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as vc from '@digitalbazaar/vc';
import {setGlobalConfig} from '@openid4vc/oauth2';
import {Openid4vpClient} from '@openid4vc/openid4vp';
import {DcqlQuery} from 'dcql';
import {answer, documentLoader, multikeys, question, suites} from './libraries.mjs';
import {isSigned} from './jwt.mjs';

setGlobalConfig({allowInsecureUrls: true}); // the verifier is on this machine

const {link, credentials, key} = question();
const client = new Openid4vpClient({callbacks: {
  fetch,
  verifyJwt: async (signer, {compact}) => ({verified: isSigned(compact, signer.didUrl), signerJwk: {kty: 'OKP'}}),
}});
const parsed = client.parseOpenid4vpAuthorizationRequest({authorizationRequest: link});
const resolved = await client.resolveOpenId4vpAuthorizationRequest({authorizationRequestPayload: parsed.params, wallet: {}});
const request = resolved.authorizationRequestPayload;

const query = DcqlQuery.parse(request.dcql_query);
DcqlQuery.validate(query);
const found = DcqlQuery.query(query, credentials.map(each => (
  {credential_format: 'ldp_vc', type: each.type, claims: each, cryptographic_holder_binding: true})));
if(!found.can_be_satisfied) {
  throw new Error(`dcql finds nothing: ${JSON.stringify(found.credential_matches)}`);
}

const controller = `did:key:${key.publicKeyMultibase}`;
const pair = await multikeys.z6Mk.from({
  '@context': 'https://w3id.org/security/multikey/v1', type: 'Multikey', id: `${controller}#${key.publicKeyMultibase}`, controller, ...key});
const token = {};
for(const [name, match] of Object.entries(found.credential_matches)) {
  const presentation = {
    '@context': ['https://www.w3.org/ns/credentials/v2'], type: ['VerifiablePresentation'], holder: controller,
    verifiableCredential: [credentials[match.valid_credentials[0].input_credential_index]]};
  const suite = new DataIntegrityProof({signer: pair.signer(), cryptosuite: suites['eddsa-jcs-2022'].sign()});
  token[name] = [await vc.signPresentation({
    presentation, suite, challenge: request.nonce, domain: resolved.client.effective, documentLoader, verify: false})];
}
const {authorizationResponsePayload} = await client.createOpenid4vpAuthorizationResponse({
  authorizationRequestPayload: request, authorizationResponsePayload: {vp_token: token}});
const {response} = await client.submitOpenid4vpAuthorizationResponse({authorizationRequestPayload: request, authorizationResponsePayload});
answer({client: resolved.client, kind: parsed.type, status: response.status, told: await response.text(), proof: Object.values(token)[0][0].proof});
