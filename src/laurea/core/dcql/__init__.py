"""The Digital Credentials Query Language (OpenID4VP 1.0, section 6): what a verifier asks for, and whether credentials answer it."""

from laurea.core.dcql.matching import Candidate, Fit, fits, wanting, way
from laurea.core.dcql.paths import restricted
from laurea.core.dcql.query import LDP_VC, ClaimQuery, CredentialQuery, CredentialSet, Query

__all__ = ["LDP_VC", "Candidate", "ClaimQuery", "CredentialQuery", "CredentialSet", "Fit", "Query", "fits", "restricted", "wanting", "way"]
