// Reads {id, statusPurpose, length, indices, issuer} and writes the list credential that @digitalbazaar makes of it, without a proof.
import {createCredential, createList} from '@digitalbazaar/vc-bitstring-status-list';
import {answer, question} from './libraries.mjs';

const {id, statusPurpose, length, indices, issuer} = question();
const list = await createList({length});
for(const index of indices) {
  list.setStatus(index, true);
}
answer({...await createCredential({id, list, statusPurpose}), issuer});
