"""The wallet's own service: one person, this machine, a browser (docs/wallet-pages.md)."""
