// The reasons of a report in Spanish. What is not here, such as a problem of the data model, stays in English, as the report has it.
//
// A mark such as {1} stands for what a reason quotes.

const SPANISH = [
  ["a complete credential, well formed", "una credencial completa, bien formada"],
  ["a partial credential, well formed", "una credencial parcial, bien formada"],
  ["not run, since format failed", "no hecha, porque falló la forma"],
  ["not run, since integrity failed", "no hecha, porque está alterada"],
  ["the credential carries no anchor proof: it is not anchored", "la credencial no lleva prueba de anclaje: no está anclada"],
  ["what is shown leads to the batch root in the proof", "lo que se muestra lleva a la raíz del lote en la prueba"],
  [
    "the credential or its proof was altered: they do not lead to the anchored root",
    "la credencial o su prueba fue alterada: no llevan a la raíz anclada",
  ],
  ["nothing was read from chain {1}", "no se leyó nada de la cadena {1}"],
  ["no RPC URL is known for chain {1}", "no se indicó ningún nodo para la cadena {1}"],
  ["the node is stale: its latest block is of {1}", "el nodo está atrasado: su último bloque es de {1}"],
  [
    "{1} is neither the canonical registry nor one that the trust file names",
    "{1} no es el registro canónico ni uno que nombre el archivo de confianza",
  ],
  ["the registry holds no such root for issuer {1}", "el registro no tiene esa raíz del emisor {1}"],
  [
    "the node contradicts itself: what it says of the finalized block cannot be",
    "el nodo se contradice: lo que dice del bloque definitivo no puede ser",
  ],
  [
    "the anchor is pending: it is in a recent block that is not final yet",
    "el anclaje está pendiente: está en un bloque reciente que aún no es definitivo",
  ],
  ["anchored on {1} at {2}, final at block {3}", "anclada en {1} el {2}, definitiva en el bloque {3}"],
  [
    "the anchor is void: it was made at {1} with a key that was declared compromised from {2}",
    "el anclaje es nulo: se hizo el {1} con una clave declarada comprometida desde el {2}",
  ],
  [
    "its key was declared compromised from {1}, and this anchor is older and stands",
    "su clave fue declarada comprometida desde el {1}, y este anclaje es anterior y vale",
  ],
  ["the registry holds this root with the size {1}, the proof says {2}", "el registro tiene esta raíz con el tamaño {1}, la prueba dice {2}"],
  ["the credential was revoked by the issuer, as of block {1}", "el emisor revocó la credencial, según el bloque {1}"],
  ["the whole batch was revoked by the issuer, as of block {1}", "el emisor revocó el lote entero, según el bloque {1}"],
  ["nothing is anchored that could be revoked", "no hay nada anclado que se pueda revocar"],
  ["not revoked as of block {1}", "no revocada según el bloque {1}"],
  ["the credential is suspended by the issuer: {1}", "el emisor ha suspendido la credencial: {1}"],
  ["its status list for {1} of {2} does not name it", "su lista de estado de {1} del {2} no la nombra"],
  ["its status list for {1} of {2} names it", "su lista de estado de {1} del {2} la nombra"],
  ["its status list for {1} decides nothing: it was not read", "su lista de estado de {1} no decide nada: no se leyó"],
  [
    "{1} is not on the trust list: a trust file that names it would decide",
    "{1} no está en la lista de confianza: lo decidiría un archivo de confianza que lo nombre",
  ],
  [
    "the trust list has {1} anchor with another issuer id, registry or chain",
    "según la lista de confianza, {1} ancla con otro emisor, registro o cadena",
  ],
  ["the trust list names {1} ({2}), as of {3}", "la lista de confianza nombra a {1} ({2}), a fecha de {3}"],
  ["the credential carries no issuer signature", "la credencial no lleva firma del emisor"],
  ["the issuer's {1} signature fits", "la firma {1} del emisor encaja"],
  ["the issuer's {1} signature does not fit the credential", "la firma {1} del emisor no encaja con la credencial"],
  ["the issuer's {1} signature cannot be checked: {2}", "la firma {1} del emisor no se puede comprobar: {2}"],
  ["the issuer's signature has expired", "la firma del emisor ha caducado"],
  ["the suite {1} is not known here", "el tipo de firma {1} no se conoce aquí"],
  ["the key of a {1} signature is not known to be the issuer's", "no consta que la clave de una firma {1} sea del emisor"],
  [
    "a signature of {1} fits the key that it names, which is not known to be the issuer's",
    "una firma {1} encaja con la clave que nombra, y no consta que esa sea del emisor",
  ],
  ["not valid before {1}", "no es válida antes del {1}"],
  ["expired at {1}", "caducó el {1}"],
  ["valid until {1}", "válida hasta el {1}"],
  ["no expiry set", "sin caducidad"],
  ["no holder signature was demanded", "no se pidió la firma del titular"],
  [
    "signed by the credential's subject for this audience and challenge",
    "firmada por el titular de la credencial para usted y para este desafío",
  ],
  [
    "a holder's signature was demanded, but the subject's id is hidden, absent or in an array",
    "se pidió la firma del titular, pero su identificador está oculto, falta o no es único",
  ],
  [
    "a holder's signature was demanded, but the credential was shown without one",
    "se pidió la firma del titular, pero la credencial se mostró sin ella",
  ],
  [
    "the presentation is not signed by the key of the credential's subject",
    "la presentación no está firmada con la clave del titular de la credencial",
  ],
  ["the presentation is signed for another challenge", "la presentación está firmada para otro desafío"],
  ["the presentation is signed for another audience", "la presentación está firmada para otro destinatario"],
  ["the presentation is signed in the future", "la presentación está firmada en el futuro"],
  ["the presentation expired at {1}", "la presentación caducó el {1}"],
  ["the holder's signature does not fit the presentation", "la firma del titular no encaja con la presentación"],
  ["chain {1}: {2} cannot be reached", "cadena {1}: no se llega a {2}"],
  ["chain {1}: {2} did not answer within {3} s", "cadena {1}: {2} no respondió en {3} s"],
  ["chain {1}: {2} and {3} disagree about {4}", "cadena {1}: {2} y {3} no coinciden en {4}"],
  ["chain {1}: {2} is on {3}, not on {4}", "cadena {1}: {2} está en {3}, no en {4}"],
  ["chain {1}: {2} has no contract at {3}", "cadena {1}: {2} no tiene ningún contrato en {3}"],
  ["chain {1}: {2} has another contract than the registry at {3}", "cadena {1}: {2} tiene en {3} otro contrato que el registro"],
  [
    "Issued by {1}, unaltered, not revoked as of block {2} at {3}",
    "Emitida por {1}, sin alterar, no revocada según el bloque {2} del {3}",
  ],
].map(([english, spanish]) => [pattern(english), spanish]);

function pattern(english) {
  const parts = english.split(/\{\d\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("(.+?)")}$`, "su");
}

// A reason in a language, and the language that it is in then.
export function reasonIn(language, reason) {
  if (language !== "es") return { text: reason, language: "en" };
  const whole = spanish(reason);
  if (whole !== null) return { text: whole, language };
  const parts = reason.split("; ").map(spanish);
  return parts.includes(null) ? { text: reason, language: "en" } : { text: parts.join("; "), language };
}

function spanish(reason) {
  for (const [english, words] of SPANISH) {
    const found = english.exec(reason);
    if (found && !found.slice(1).some((quoted) => quoted.includes("; "))) return words.replace(/\{(\d)\}/g, (_, mark) => found[Number(mark)]);
  }
  return null;
}
