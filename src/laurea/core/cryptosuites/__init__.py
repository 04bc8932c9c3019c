"""The Data Integrity suites, each a module with one `SUITE`, and the table of them."""

from collections.abc import Mapping

from laurea.core.cryptosuites import ecdsa_jcs_2019, ecdsa_rdfc_2019, eddsa_jcs_2022, eddsa_rdfc_2022
from laurea.core.cryptosuites.suite import Suite

SUITES: Mapping[str, Suite] = {
    module.SUITE.name: module.SUITE for module in (eddsa_rdfc_2022, eddsa_jcs_2022, ecdsa_rdfc_2019, ecdsa_jcs_2019)
}
"""The suites that are known, by their names."""
