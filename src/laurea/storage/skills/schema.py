"""The tables of the file of skills. It is made from files that one has, so that a newer version may simply make it anew."""

VERSION = 1  # PRAGMA user_version; a file of another one is refused, with the advice to import again

TABLES = """
CREATE TABLE framework (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version TEXT NOT NULL);
CREATE TABLE concept (
    id INTEGER PRIMARY KEY, framework INTEGER NOT NULL REFERENCES framework ON DELETE CASCADE,
    uri TEXT NOT NULL, uri_key TEXT NOT NULL UNIQUE, label TEXT NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL, description TEXT NOT NULL
);
CREATE INDEX concept_framework ON concept (framework);
CREATE TABLE label (
    concept INTEGER NOT NULL REFERENCES concept ON DELETE CASCADE,
    language TEXT NOT NULL, text TEXT NOT NULL, stems TEXT NOT NULL, preferred INTEGER NOT NULL,
    PRIMARY KEY (concept, language, text)
) WITHOUT ROWID;
CREATE INDEX label_stems ON label (stems);
CREATE TABLE link (source TEXT NOT NULL, target TEXT NOT NULL, relation TEXT NOT NULL, framework INTEGER NOT NULL REFERENCES framework
    ON DELETE CASCADE, PRIMARY KEY (source, target, relation)) WITHOUT ROWID;
CREATE INDEX link_target ON link (target);
CREATE VIRTUAL TABLE spoken USING fts5 (labels, description, tokenize = "unicode61 remove_diacritics 0 tokenchars '+#.'", detail = column);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (spoken, row);
"""
