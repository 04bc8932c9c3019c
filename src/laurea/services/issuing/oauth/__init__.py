"""OAuth 2.0 for the Open Badges API: programs that others run fetch a learner's credentials, if the learner lets them.

Authorization code grant with PKCE (RFC 6749, 7636) for programs that register themselves (RFC 7591), by the rules of RFC 9700.
"""
