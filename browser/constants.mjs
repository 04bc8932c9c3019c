// Written by scripts/build_verifier.py from laurea.chain.artefact and laurea.core.openbadge.related; not by hand.

export const REGISTRY = "0x197c96cd9d84a9b295590fd29a5ae1e8a3881c65"; // at this address on every chain
export const CODE_SHA256 = "0x861cfe9bde7f8b13cc4c26286ecde3b1feac2777e46971ca419a1c5c4491c063"; // of its runtime code
export const SELECTORS = {
  batchOf: "0xe0866f76",
  keyOf: "0xfa073d76",
  profileOf: "0x2f8eb9cb",
  revokedWord: "0x6b41ab4c",
};
export const EVENTS = {
  Revoked: "0xdcf15518ed2ecb14494419aa41160e49bde6f92074924426ac8b7ba31bbd02ed",
  BatchRevoked: "0xd7d591fd07d97a2bdf24cc79ad3c17db5e6b7487327753b4a0630acd5a2783f2",
};
// Of what W3C publishes at some URLs: every text that a digest of it may be.
export const DIGESTS = {
  "https://www.w3.org/ns/credentials/v2": [
    "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ",
    "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA",
    "zQmUNM6HqwZxuJ5k6cYRKAiqjUkx1qxWJe4WTqsg7ZJtEFm",
    "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU",
    "uIDCX8euOUEI1bIBf3WGvosVXZjeF4HlNyvoh4Tj9ON7xjLNgEzwiGqMdaJamvz5lthQ",
    "zQ1E5kXyNLjTyiQqp9Lpkof1sD8f4fsugyGN9cK7B57MBfFJv71LkXRvaBPXzVgrUvKKZ",
    "sha512-XVVFK9Lc+KKfWikEc+skKxxft31OaPGgqoe6pNuiaUhS1l7GPUisBKmdlW+fcVO5QG+E0tBMdIabAsI5odgTBQ",
    "uE0BdVUUr0tz4op9aKQRz6yQrHF-3fU5o8aCqh7qk26JpSFLWXsY9SKwEqZ2Vb59xU7lAb4TS0Ex0hpsCwjmh2BMF",
    "z8VuemHbmrUNkkPGo5nuCsSz8tEKB45WLJX3wxdQCg24HjZD8WACWJnr9Zos5cQVPGuRaAiXuCjSJaq47WYXqpsAVmv",
  ],
  "https://www.w3.org/ns/credentials/undefined-terms/v2": [
    "sha256-gtq1FLpE6xj10bD2OMXhQMalVvv7UIlgG9wPpeuLJYE",
    "uEiCC2rUUukTrGPXRsPY4xeFAxqVW-_tQiWAb3A-l64slgQ",
    "zQmX9T8rCxUyUMDHtJwLBtfMqbCn3yWRQfafTYPEhjW7Vqr",
    "sha384-sqZszdunC6Z62Zwv9S5gVY3wBjzqUcTKiG4l2epzz6u4eLr5LcKtK9omwxORhQ1o",
    "uIDCypmzN26cLpnrZnC_1LmBVjfAGPOpRxMqIbiXZ6nPPq7h4uvktwq0r2ibDE5GFDWg",
    "zQ1F4ZwXQ7z3m3oF7WhwLNf5jbe4CgRXivkncvJ26TB6kkGz5tZe41HrzgWMLyCujgTpb",
    "sha512-fFJf9JvEeexdp/zPXVZJfkvkCOsmnTZgnMH2zh+cTuI+Su+1PTcotKHKxW2mUY/P3nia8jpd+3f0zmk+te1YGw",
    "uE0B8Ul_0m8R57F2n_M9dVkl-S-QI6yadNmCcwfbOH5xO4j5K77U9Nyi0ocrFbaZRj8_eeJryOl37d_TOaT617Vgb",
    "z8VvGhVot2grvmtuH1jYLQ46Rwgb64FUHtdFcJdcS5UCF46dxmmHbTyYMrbj7fZdS7bGoKSKvgg4bzDBcHfv6DoMRa2",
  ],
  "https://www.w3.org/ns/credentials/examples/v2": [
    "sha256-Vzk/vGnW77m5tdyctrmICwlENgq/4ur0WcnljPInnXw",
    "uEiBXOT-8adbvubm13Jy2uYgLCUQ2Cr_i6vRZyeWM8iedfA",
    "zQmUD8oxr4TGr1GutuzFfxgvjG7crAS8k9JGoYuY9YRJxMq",
    "sha384-zNNbQTWCSUSi0bbz7dbua+RcENv7C6FvlmYJ1Y+I727HsPOHdzwELMYO9Mz68M26",
    "uIDDM01tBNYJJRKLRtvPt1u5r5FwQ2_sLoW-WZgnVj4jvbsew84d3PAQsxg70zPrwzbo",
    "zQ1G2Fzk7FN8a7y95dCyUcBRrpjPHcqMNFvsNssRMMC2PuuMz2YkL3jY2KbE4YiPzgjCm",
    "sha512-jVYwl+qxI5Zr1/uIolZtGfs2kRLav96brf1VPAThAb6yMJGPWPW5J4gfezLRYEX4rA9gG0V07rCVIb+/nlOWaQ",
    "uE0CNVjCX6rEjlmvX-4iiVm0Z-zaREtq_3put_VU8BOEBvrIwkY9Y9bkniB97MtFgRfisD2AbRXTusJUhv7-eU5Zp",
    "z8VvcRsUbVLTNEHkjg4WgdAkE2tQzRDqY3EmgkjmVa1RHGj3q8Y83iYwFrNTVBHhEUSkNiMoxJPPxVFfPLgniBPftgQ",
  ],
};
