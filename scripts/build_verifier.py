#!/usr/bin/env python3
"""Put the in-browser verifier together: one page, with its script, style and words in it.

Writes browser/constants.mjs, from what the package knows of the registry, and src/laurea/web/static/verifier.html;
`--check` writes nothing, and ends 1 if they differ from what this would write.
"""

import argparse
import base64
import re
import sys
from hashlib import sha256
from pathlib import Path

from eth_hash.auto import keccak

from laurea.chain import artefact
from laurea.core.openbadge import related

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "browser"
CONSTANTS = SOURCE / "constants.mjs"
PAGE = ROOT / "src/laurea/web/static/verifier.html"
ENTRY = "page/page.mjs"
VIEWS = ("batchOf", "keyOf", "profileOf", "revokedWord")  # that a verifier asks
REVOCATIONS = ("Revoked", "BatchRevoked")  # the events that say when

_IMPORT = re.compile(r'^import (?:\* as (?P<all>\w+)|\{(?P<some>[^}]*)\}) from "(?P<path>[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:async )?(?:const|function|class) (?P<names>\w+|\[[^\]]*\])", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b|\bimport\(|\beval\(|innerHTML|new Function", re.MULTILINE)


def main() -> int:
    """Build, then write the files or compare them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    stale = [path for path, content in ((CONSTANTS, constants), (PAGE, page)) if not _put(path, content(), check=check)]
    for path in stale:
        sys.stderr.write(f"build_verifier: {path.relative_to(ROOT)} is stale; run scripts/build_verifier.py\n")
    return 1 if stale else 0


def _put(path: Path, content: str, *, check: bool) -> bool:
    if check:
        return path.is_file() and path.read_text(encoding="utf-8") == content
    path.write_text(content, encoding="utf-8")
    return True


def constants() -> str:
    """Return the module of what the page knows of the registry: address, code, and how its views are called."""
    selectors = "".join(f'  {name}: "0x{artefact.FUNCTIONS[name].selector.hex()}",\n' for name in VIEWS)
    events = "".join(f'  {name}: "0x{artefact.EVENTS[name].selector.hex()}",\n' for name in REVOCATIONS)
    digests = "".join(
        f'  "{url}": [\n' + "".join(f'    "{text}",\n' for text in related.digest_texts(known)) + "  ],\n"
        for url, known in related.RESOURCES.items()
    )
    return (
        "// Written by scripts/build_verifier.py from laurea.chain.artefact and laurea.core.openbadge.related; not by hand.\n\n"
        f'export const REGISTRY = "0x{artefact.canonical_address().hex()}"; // at this address on every chain\n'
        f'export const CODE_SHA256 = "0x{sha256(runtime_code()).hexdigest()}"; // of its runtime code\n'
        f"export const SELECTORS = {{\n{selectors}}};\n"
        f"export const EVENTS = {{\n{events}}};\n"
        "// Of what W3C publishes at some URLs: every text that a digest of it may be.\n"
        f"export const DIGESTS = {{\n{digests}}};\n"
    )


def runtime_code() -> bytes:
    """Return the code that the registry runs: what its init code ends with, by the hash that is known of it."""
    for start in range(len(artefact.INIT_CODE)):
        code = artefact.INIT_CODE[start:]
        if keccak(code) == artefact.RUNTIME_HASH:
            return code
    raise ValueError("the init code does not end with the runtime code")


def page() -> str:
    """Return the page: the template with style and script in it, and the hashes of both in its policy."""
    style, script = _read("page/page.css"), bundle(ENTRY)
    if "</" in style or "</script" in script.lower() or "<!--" in script:
        raise ValueError("the style or the script would end early")
    filled = _read("page/page.html")
    for mark, text in (("STYLE_HASH", _hash(style)), ("SCRIPT_HASH", _hash(script)), ("STYLE", style), ("SCRIPT", script)):
        if filled.count(f"@{mark}@") != 1:
            raise ValueError(f"the template has not one place for {mark}")
        filled = filled.replace(f"@{mark}@", text)
    return filled


def bundle(entry: str) -> str:
    """Return one script of a module and of all that it needs, each a function that gives what the module exports."""
    parts: dict[str, str] = {}
    _add(entry, parts, ())
    return '\n"use strict";\n' + "\n".join(parts.values())


def _add(path: str, parts: dict[str, str], above: tuple[str, ...]) -> None:
    if path in above:
        raise ValueError(f"the modules {' > '.join((*above, path))} need each other")
    if path in parts:
        return
    text = _read(path)
    uses = []
    for match in _IMPORT.finditer(text):
        needed = (SOURCE / path).parent.joinpath(match["path"]).resolve().relative_to(SOURCE).as_posix()
        _add(needed, parts, (*above, path))
        wanted = match["all"] or f"{{ {' '.join(match['some'].replace(' as ', ': ').split())} }}"
        uses.append(f"const {wanted} = {_name(needed)};")
    exported = [name for match in _EXPORT.finditer(text) for name in re.findall(r"\w+", match["names"])]
    body = re.sub(r"^export ", "", _IMPORT.sub("", text), flags=re.MULTILINE)
    if _LEFT.search(body):
        raise ValueError(f"{path} has something that the page must not have")
    lines = ["// " + path, f"const {_name(path)} = (() => {{", *uses, body.strip(), f"return {{ {', '.join(exported)} }};", "})();", ""]
    parts[path] = "\n".join(lines)


def _name(path: str) -> str:
    return "m_" + re.sub(r"\W", "_", path.removesuffix(".mjs"))


def _read(path: str) -> str:
    return (SOURCE / path).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


if __name__ == "__main__":
    sys.exit(main())
