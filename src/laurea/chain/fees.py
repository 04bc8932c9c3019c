"""What a transaction offers for its gas; pure."""

from dataclasses import dataclass

from laurea.errors import ConfigError, Costly

GWEI = 10**9
WEI_IN_UNIT = 10**18


@dataclass(frozen=True, slots=True)
class SendPolicy:
    """Limits of sending; fees in wei per gas, times in seconds."""

    max_fee_per_gas: int = 200 * GWEI
    gas_margin_percent: int = 20  # the state may change between estimate and block
    poll_seconds: float = 0.5
    mine_seconds: float = 300.0  # how long a one-off act waits for its receipt
    bump_seconds: float = 180.0  # after which a transaction that is in no block offers more

    def __post_init__(self) -> None:
        """Refuse limits with which nothing could be sent; raises ConfigError that names all of them."""
        wrong = [
            name
            for name, good in (
                ("max_fee_per_gas", self.max_fee_per_gas > 0),
                ("gas_margin_percent", 0 <= self.gas_margin_percent <= 1000),
                ("poll_seconds", self.poll_seconds > 0),
                ("mine_seconds", self.mine_seconds > 0),
                ("bump_seconds", self.bump_seconds > 0),
            )
            if not good
        ]
        if wrong:
            raise ConfigError(f"the sending policy is wrong: {', '.join(wrong)}")


@dataclass(frozen=True, slots=True)
class Fees:
    """Fees in wei per gas; `tip` is None on a chain without EIP-1559, where `most` is the price itself."""

    most: int
    tip: int | None

    def fields(self) -> dict[str, int]:
        """Return the members of a transaction that carry the fees."""
        if self.tip is None:
            return {"gasPrice": self.most}
        return {"type": 2, "maxFeePerGas": self.most, "maxPriorityFeePerGas": self.tip}


def dynamic_fees(base_fee: int, tip: int, policy: SendPolicy) -> Fees:
    """Return EIP-1559 fees that stand six full blocks in a row, within the cap; raises Costly when that is too low now."""
    _require_below_cap("base fee", base_fee, policy)
    # A full block raises the base fee by an eighth, so twice the fee lasts for 1.125 ** 5.9.
    most = min(2 * base_fee + tip, policy.max_fee_per_gas)
    return Fees(most, min(tip, most))


def legacy_fees(price: int, policy: SendPolicy) -> Fees:
    """Return the one price of a chain without EIP-1559; raises Costly when it is above the cap."""
    _require_below_cap("gas price", price, policy)
    return Fees(price, None)


def bumped(old: Fees, now: Fees, policy: SendPolicy) -> Fees:
    """Return the fees of a transaction that takes the place of one with `old`, where `now` would be right for a new one.

    Both fields rise by an eighth at least: nodes keep the old one for less than a tenth, and some for exactly a tenth. Raises Costly when
    that is above the cap.
    """
    most = max(_raised(old.most), min(now.most, policy.max_fee_per_gas))
    _require_below_cap("fee of a replacement", most, policy)
    if old.tip is None:
        return Fees(most, None)
    tip = max(_raised(old.tip), min(now.tip or 0, most))
    return Fees(most, tip)


def _raised(fee: int) -> int:
    return fee + -(-fee // 8) + 1  # rounded up, and more than an eighth of 0


def amount(wei: int) -> str:
    """Return an amount of the chain's currency for people, exact."""
    whole, rest = divmod(wei, WEI_IN_UNIT)
    decimals = f"{rest:018d}".rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def _require_below_cap(what: str, price: int, policy: SendPolicy) -> None:
    if price > policy.max_fee_per_gas:
        raise Costly(
            f"the {what} is {price / GWEI:g} gwei now, above the cap of {policy.max_fee_per_gas / GWEI:g} gwei",
            hint="wait until it falls, or raise the cap",
        )
