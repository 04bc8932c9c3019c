"""Countries, as Open Badges has them in an address: the two letters of ISO 3166-1."""

from laurea.errors import InputError

# fmt: off
CODES = frozenset("""
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM
CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY
HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF
MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE
RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ
VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
""".split())  # noqa: SIM905
"""Those that are assigned, and XK, which the European Union uses for Kosovo."""
# fmt: on

# What the European Union's institutions write for two countries, and people with them.
_INSTEAD = {"EL": "GR", "UK": "GB"}


def country_code(text: str) -> str:
    """Return the code of a country, in capitals; raises InputError for what is none."""
    code = text.strip().upper()
    if code in CODES:
        return code
    hint = f"ISO 3166-1 has {_INSTEAD[code]} for it" if code in _INSTEAD else "its two letters by ISO 3166-1, for example AT, DE or ES"
    raise InputError(f"{text!r} is not the code of a country", hint=hint)
