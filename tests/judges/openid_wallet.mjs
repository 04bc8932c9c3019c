// A wallet built on @openid4vc/openid4vci: takes an offer as far as it goes (`begin`), and fetches what was not ready then (`collect`).
import { createHash, createPrivateKey, randomBytes, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { Oauth2Client, clientAuthenticationAnonymous, preAuthorizedCodeGrantIdentifier } from "@openid4vc/oauth2";
import { Openid4vciClient, setGlobalConfig } from "@openid4vc/openid4vci";

setGlobalConfig({ allowInsecureUrls: true }); // a server of this machine
const asked = JSON.parse(readFileSync(0));
const { d: _, ...publicJwk } = asked.key ?? {};

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const callbacks = {
  fetch,
  hash: (data, algorithm) => createHash(algorithm.replace("-", "")).update(data).digest(),
  generateRandom: (bytes) => randomBytes(bytes),
  clientAuthentication: clientAuthenticationAnonymous(),
  verifyJwt: () => ({ verified: false }),
  signJwt: (signer, { header, payload }) => {
    const input = `${base64(header)}.${base64(payload)}`;
    const key = createPrivateKey({ key: asked.key, format: "jwk" });
    const algorithm = signer.alg === "EdDSA" ? null : "sha256";
    return { jwt: `${input}.${sign(algorithm, Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`, signerJwk: publicJwk };
  },
};
const client = new Openid4vciClient({ callbacks });

async function begin({ offer, alg, kid }) {
  const credentialOffer = await client.resolveCredentialOffer(offer);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const { accessTokenResponse, authorizationServer } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer, issuerMetadata });
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata });
  const [credentialConfigurationId] = credentialOffer.credential_configuration_ids;
  const { jwt } = await client.createCredentialRequestJwtProof({
    issuerMetadata,
    credentialConfigurationId,
    nonce,
    issuedAt: new Date(),
    signer: kid ? { method: "did", didUrl: kid, alg } : { method: "jwk", publicJwk, alg },
  });
  const { credentialResponse } = await client.retrieveCredentials({
    issuerMetadata,
    credentialConfigurationId,
    accessToken: accessTokenResponse.access_token,
    proofs: { jwt: [jwt] },
  });
  return {
    version: issuerMetadata.originalDraftVersion,
    configuration: issuerMetadata.knownCredentialConfigurations[credentialConfigurationId],
    grants: Object.keys(credentialOffer.grants),
    preAuthorized: preAuthorizedCodeGrantIdentifier,
    authorizationServer,
    issuer: credentialOffer.credential_issuer,
    tokens: accessTokenResponse,
    answer: credentialResponse,
  };
}

async function collect({ issuer, refreshToken, transactionId }) {
  const issuerMetadata = await client.resolveIssuerMetadata(issuer);
  const { accessTokenResponse: tokens } = await new Oauth2Client({ callbacks }).retrieveRefreshTokenAccessToken({
    authorizationServerMetadata: issuerMetadata.authorizationServers[0],
    refreshToken,
  });
  const accessToken = tokens.access_token;
  const { deferredCredentialResponse } = await client.retrieveDeferredCredentials({ issuerMetadata, accessToken, transactionId });
  return { tokens, answer: deferredCredentialResponse };
}

process.stdout.write(JSON.stringify(await (asked.collect ? collect(asked.collect) : begin(asked.begin))));
