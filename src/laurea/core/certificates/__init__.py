"""Verification of Blockcerts documents, v2 and v3: the checks of a report, from the transaction, the profile and the lists."""
