"""One class per actor: the use cases of the issuer, the learner and the verifier."""
