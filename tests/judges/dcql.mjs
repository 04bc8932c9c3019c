// npm's dcql as a judge: reads a list of {query, credentials} and writes for each {parsed} alone when it refuses the query, else also which queries
// each credential answers, and whether all of them can be answered.
import {DcqlQuery} from 'dcql';
import {answer, question} from './libraries.mjs';

function judged({query, credentials}) {
  let parsed;
  try {
    parsed = DcqlQuery.parse(query);
    DcqlQuery.validate(parsed);
  } catch {
    return {parsed: false};
  }
  const result = DcqlQuery.query(parsed, credentials.map(each => (
    {credential_format: 'ldp_vc', type: each.type, claims: each.document, cryptographic_holder_binding: each.bound})));
  const matches = Object.fromEntries(Object.entries(result.credential_matches).map(
    ([name, match]) => [name, (match.valid_credentials ?? []).map(each => each.input_credential_index)]));
  return {parsed: true, matches, satisfied: result.can_be_satisfied};
}

answer(question().map(judged));
